"""Makes `procedures.json` (what the simulator publishes) from a dump of the real catalogue; see README.md here.

python -m connectors.national_portal.data.derive ../shared/data
"""

import csv
import re
import sys
import unicodedata
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from typing import Any

import msgspec

TARGET = Path(__file__).parent / "procedures.json"
WANTED = Path(__file__).parent / "wanted.txt"

STEPS, CONDITIONS, NAME, FEE_NOTE, TITLE, BASES = 900, 500, 320, 200, 160, 4

CHANNEL = {"in_person": "1", "online": "2", "postal": "3"}
LEVEL = {"Cấp bộ": "0", "Cấp tỉnh": "1", "Cấp huyện": "2", "Cấp xã": "3", "Cơ quan khác": "4"}
AUDIENCE = {
    "Công dân Việt Nam": "1",
    "Người Việt Nam định cư ở nước ngoài": "2",
    "Người nước ngoài": "3",
    "Cán bộ, công chức, viên chức": "4",
    "Doanh nghiệp": "5",
    "Doanh nghiệp có vốn đầu tư nước ngoài": "6",
    "Tổ chức (không bao gồm doanh nghiệp, HTX)": "7",
    "Tổ chức nước ngoài": "8",
    "Hợp tác xã": "9",
    "Doanh nghiệp Việt Nam": "5",
    "Người nước ngoài cư trú tại Việt Nam": "3",
    "Người nước ngoài đã cư trú tại Việt Nam": "3",
    "Công dân Việt Nam mà không xác định được nơi thường trú hoặc nơi tạm trú": "1",
    "Đảng viên": "1",
    "Tổ chức Đảng": "7",
}
_RATE = re.compile(r"(\d[\d,.]*) (?:Việt Nam Đồng|VNĐ)")
_ORDINAL = re.compile(r"^\W*(\d{1,2})[.)]")
_NUMERIC_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_WORDED_DATE = re.compile(r"ngày (\d{1,2}) tháng (\d{1,2}) năm (\d{4})")


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, ended at a word, with an ellipsis where something was left out."""
    text = unicodedata.normalize("NFC", text).strip()
    return text if len(text) <= limit else text[: limit - 1].rsplit(" ", 1)[0] + "…"


def fees(text: str, procedure: str, codes: dict[str, str]) -> list[dict[str, str]]:
    """`5,000,000 Việt Nam Đồng (what for); Miễn phí (why)` as PHILEPHI rows; one code per distinct purpose."""
    rows = []
    for part in re.split(r"; (?=Miễn phí|\d[\d,.]* (?:Việt Nam Đồng|VNĐ))", text):
        head, _, note = part.partition(" (")
        rate = _RATE.match(head)
        if not rate and not part.startswith("Miễn phí"):
            continue
        note = cut(note.removesuffix(")").strip(), FEE_NOTE)
        amount = rate[1].replace(",", ".") if rate else "Không"
        code = codes.setdefault(f"{amount}\x1f{note}", f"LP-{procedure}-{len(codes) + 1:02}")
        rows.append({"MAPHILEPHI": code, "SOTIEN": amount, "DONVI": "Đồng", "MOTA": note})
    return rows


def channels(source: dict[str, Any]) -> list[dict[str, Any]]:
    """CACHTHUCTHUCHIEN, one entry per channel, one THOIGIAN per time limit."""
    codes: dict[str, str] = {}
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in source["channels"]:
        number, _, unit = entry["time_limit_text"].partition(" ")
        known = number.isdigit()
        found.setdefault(CHANNEL[entry["channel"]], []).append(
            {
                "THOIGIANGIAIQUYET": number if known else "",
                "DONVITINH": unit if known else "",
                "MOTA": cut(entry["description"], FEE_NOTE),
                "PHILEPHI": fees(entry["fee_text"], source["code"], codes),
            }
        )
    return [{"KENH": channel, "THOIGIAN": found[channel]} for channel in sorted(found)]


def papers(source: dict[str, Any]) -> list[dict[str, Any]]:
    """THANHPHANHOSO by case; a case whose papers are all numbered is put into its numbers' order."""
    cases: dict[str, list[dict[str, Any]]] = {}
    for component in source["components"]:
        cases.setdefault(cut(component["case"], NAME), []).append(component)
    rows, serial = [], 0
    for case, components in cases.items():
        ordinals = [int(found[1]) for c in components if (found := _ORDINAL.match(c["name"]))]
        ordered = components
        if len(ordinals) == len(components):
            ordered = [c for _, c in sorted(zip(ordinals, components, strict=True), key=itemgetter(0))]
        listed = []
        for component in ordered:
            serial += 1
            listed.append(
                {
                    "MAGIAYTO": f"{source['code']}-TP{serial:02}",
                    "TENGIAYTO": cut(component["name"], NAME),
                    "TENMAUDON": cut(component["form_name"], TITLE),
                    "SOBANCHINH": str(component["originals"]),
                    "SOBANSAO": str(component["copies"]),
                }
            )
        rows.append({"TRUONGHOP": case, "GIAYTO": listed})
    return rows


def issued_on(text: str) -> str:
    """The first date in a legal basis, ISO; empty when its title names none."""
    found = _WORDED_DATE.search(text) or _NUMERIC_DATE.search(text)
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else ""


def record(serial: int, source: dict[str, Any], agencies: dict[str, str]) -> dict[str, Any]:
    """One LayThuTuc record (WIRE §1)."""
    names = [name.strip() for name in source["agency"].split(", ")]
    return {
        "ID": str(serial),
        "MATTHC": source["code"],
        "TENTTHC": cut(source["name"], 500),
        "MACOQUANCONGBO": source["issuer_code"],
        "LOAITTHC": "1",
        "QUYETDINH": source["decision_no"],
        "TRANGTHAI": "1",
        "MOTACOQUANTHUCHIEN": cut(source["agency"], 300),
        "YEUCAU": cut(source["conditions_text"], CONDITIONS),
        "TRINHTUTHUCHIEN": [{"TRUONGHOP": "", "TRINHTU": [{"TENTRINHTU": cut(source["steps_text"], STEPS)}]}],
        "CAPTHUCHIEN": [{"CAPTHUCHIEN": LEVEL[n], "TENCAP": n} for n in source["level"].split(", ")],
        "LINHVUCTHUCHIEN": [{"MALINHVUC": source["field_code"], "TENLINHVUC": source["field_name"]}],
        "CACHTHUCTHUCHIEN": channels(source),
        "DOITUONGTHUCHIEN": [{"MADOITUONG": AUDIENCE[n], "TENDOITUONG": n} for n in source["audience"]],
        "THANHPHANHOSO": papers(source),
        "KETQUATHUCHIEN": [
            {"MAKETQUA": f"KQ-{source['code']}-{n}", "TENKETQUA": cut(name, TITLE)}
            for n, name in enumerate((r.strip() for r in source["result"].split(";")), 1)
            if name
        ],
        "CANCUPHAPLY": [
            {
                "SOVANBAN": cut(basis["number"], 80),
                "TENVANBAN": cut(basis["title"], TITLE),
                "NGAYBANHANH": issued_on(f"{basis['number']} {basis['title']}"),
            }
            for basis in source["legal_basis"][:BASES]
        ],
        "COQUANTHUCHIEN": [{"MADONVI": agencies.get(name.casefold(), ""), "TENDONVI": name} for name in names],
    }


def wanted() -> list[str]:
    """The chosen codes, in order."""
    lines = WANTED.read_text(encoding="utf-8").splitlines()
    return [line.split()[0] for line in lines if line.strip() and not line.startswith("#")]


def read(folder: Path) -> Iterator[dict[str, Any]]:
    """The whole dump."""
    with (folder / "procedures.jsonl").open("rb") as lines:
        yield from (msgspec.json.decode(line) for line in lines)


def main(folder: Path) -> None:
    """Write the file; refuses one that has grown past 400 kB."""
    with (folder / "agency_codes.csv").open(encoding="utf-8", newline="") as rows:
        agencies = {row["name"].casefold(): row["code"] for row in csv.DictReader(rows)}
    sources = {source["code"]: source for source in read(folder)}
    records = [record(n, sources[code], agencies) for n, code in enumerate(wanted(), 1)]
    body = b"[\n" + b",\n".join(msgspec.json.encode(r) for r in records) + b"\n]\n"
    if len(body) > 400_000:
        raise SystemExit(f"{len(body)} bytes: choose fewer procedures or cut the texts shorter")
    TARGET.write_bytes(body)
    sys.stdout.write(f"{len(records)} procedures, {len(body)} bytes\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
