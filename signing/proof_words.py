"""What the checker of proofs says: a stable code, a Vietnamese and an English sentence."""

from __future__ import annotations

from enum import StrEnum

from signing.sentences import Pair


class Code(StrEnum):
    """HOLDS and nothing else is a proof; the order is that of the checks."""

    HOLDS = "proof.holds"
    UNREADABLE = "proof.unreadable"
    ENTRY_ALTERED = "proof.entry-altered"
    PRIVATE_ALTERED = "proof.private-altered"
    ROOT_SIGNATURE = "proof.root-signature"
    SIGNER_UNTRUSTED = "proof.signer-untrusted"
    ANOTHER_SIGNER = "proof.another-signer"
    ANOTHER_LOG = "proof.another-log"
    PATH_WRONG = "proof.path-wrong"
    NOT_LINKED = "proof.not-linked"
    DOCUMENT_DIFFERS = "proof.document-differs"


WORDS: dict[Code, Pair] = {
    Code.HOLDS: (
        (
            "Bằng chứng đúng: mục này nằm trong nhật ký đã được {organisation} ký gốc ngày {day}, không thể thêm bớt hay sửa "
            "về sau mà không lộ ra."
        ),
        (
            "The proof holds: this entry is in the log whose root {organisation} signed on {day}; it cannot be added, "
            "changed or removed later without showing."
        ),
    ),
    Code.UNREADABLE: (
        "Tệp này không phải là tệp bằng chứng đọc được ({detail}). Hãy tải lại tệp từ trang hồ sơ.",
        "This is not a proof file that can be read ({detail}). Download it again from the dossier's page.",
    ),
    Code.ENTRY_ALTERED: (
        "Nội dung mục đã bị sửa: nó không còn khớp mã băm của chính nó.",
        "The entry was altered: it does not match its own hash.",
    ),
    Code.PRIVATE_ALTERED: (
        "Phần thông tin riêng (người, lý do) không khớp cam kết trong mục: nó đã bị sửa hoặc thuộc về mục khác.",
        "The private part (person, reason) does not match the entry's commitment: it was altered or belongs elsewhere.",
    ),
    Code.ROOT_SIGNATURE: (
        "Chữ ký số trên gốc của nhật ký không đúng ({detail}): gốc đã bị sửa sau khi ký.",
        "The signature on the log's root is wrong ({detail}): the root was changed after it was signed.",
    ),
    Code.SIGNER_UNTRUSTED: (
        (
            "Gốc được ký bởi «{signer}», nhưng chứng thư đó chưa tin cậy được ({detail}). Hãy chỉ ra danh sách tin cậy "
            "bằng --trust hoặc chứng thư gốc bằng --anchor."
        ),
        (
            "The root was signed by '{signer}', whose certificate cannot be trusted ({detail}). Name a trust list with "
            "--trust or a root certificate with --anchor."
        ),
    ),
    Code.ANOTHER_SIGNER: (
        "Gốc được ký bởi cơ quan «{organisation}», không phải «{wanted}».",
        "The root was signed by '{organisation}', not by '{wanted}'.",
    ),
    Code.ANOTHER_LOG: (
        "Gốc này thuộc một nhật ký khác ({detail}).",
        "This root belongs to another log ({detail}).",
    ),
    Code.PATH_WRONG: (
        "Đường dẫn không đưa từ mục này đến gốc đã ký: mục này không nằm trong nhật ký ở chỗ đó.",
        "The path does not lead from this entry to the signed root: the entry is not in the log at that place.",
    ),
    Code.NOT_LINKED: (
        (
            "Gốc bạn đã giữ và gốc trong bằng chứng có kích thước khác nhau ({detail}). Hãy tải bằng chứng nhất quán giữa hai "
            "gốc từ /api/v1/proof/roots/{first}/to/{second} và thêm --link."
        ),
        (
            "The root that you kept and the proof's root differ in size ({detail}). Download the consistency proof from "
            "/api/v1/proof/roots/{first}/to/{second} and add --link."
        ),
    ),
    Code.DOCUMENT_DIFFERS: (
        "Bằng chứng tự nó đúng, nhưng tài liệu đưa kèm không phải tài liệu ghi trong mục: mã băm khác nhau.",
        "The proof itself holds, but the document given is not the one of the entry: their digests differ.",
    ),
}

UNCHECKED: Pair = (
    "Chưa kiểm tra được chứng thư của người ký có bị thu hồi hay không (không có dữ liệu thu hồi tại chỗ).",
    "Whether the signer's certificate was revoked could not be checked (no revocation data at hand).",
)
STAMPED: Pair = ("Có dấu thời gian: {at}.", "Time-stamped: {at}.")
PINNED: Pair = ("Khớp với gốc mà bạn đã giữ.", "It agrees with the root that you kept.")
DOCUMENT: Pair = ("Tài liệu đưa kèm đúng là tài liệu ghi trong mục.", "The document given is the one of the entry.")
