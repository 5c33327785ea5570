"""The nation's procedures (LayThuTuc) in our terms. Tables first; a code that is in no table is an error."""

import re
import unicodedata
from datetime import date

from connectors.national_portal import wire
from connectors.runtime.errors import Rejected
from schemas.messages import catalog

CATALOG_CHANNEL = {"1": "counter", "2": "online", "3": "postal"}
LEVEL_NAME = {"bộ": "ministry", "tỉnh": "province", "huyện": "district", "xã": "commune", "cơ quan khác": "other"}
LEVEL_CODE = {"0": "ministry", "1": "province", "2": "district", "3": "commune"}
UNIT = {"ngày làm việc": "working-day", "ngày": "day", "giờ": "hour", "giờ làm việc": "working-hour"}
OPEN_RATE = ("hội đồng nhân dân", "luật phí và lệ phí", "thông tư số", "theo quy định")
FREE = {"không", "miễn phí", "0", "không thu phí", "không quy định"}
DONG = {"", "đồng", "vnđ", "vnd", "đ", "việt nam đồng"}


def published(source: wire.ThuTuc) -> catalog.Published:
    """One procedure, in our terms."""
    field = (source.LINHVUCTHUCHIEN or [wire.LinhVuc()])[0]
    ways = [(_channel(way), limit) for way in source.CACHTHUCTHUCHIEN or () for limit in way.THOIGIAN or ()]
    agencies = [a.TENDONVI for a in source.COQUANTHUCHIEN or () if a.TENDONVI]
    return catalog.Published(
        code=source.MATTHC.strip(),
        name=nfc(source.TENTTHC),
        field_code=field.MALINHVUC.strip(),
        field_name=nfc(field.TENLINHVUC),
        decision=source.QUYETDINH,
        issuer_code=source.MACOQUANCONGBO,
        public=source.TRANGTHAI == "1",
        levels=tuple(_level(level) for level in source.CAPTHUCHIEN or ()),
        audience=tuple(nfc(a.TENDOITUONG) for a in source.DOITUONGTHUCHIEN or ()),
        agency=nfc(source.MOTACOQUANTHUCHIEN or ", ".join(agencies)),
        steps=_steps(source.TRINHTUTHUCHIEN or []),
        conditions=nfc(source.YEUCAU),
        time_limits=tuple(_limit(channel, limit) for channel, limit in ways),
        fees=tuple(_rate(channel, rate) for channel, limit in ways for rate in limit.PHILEPHI or ()),
        components=tuple(
            _component(paper, case.TRUONGHOP) for case in source.THANHPHANHOSO or () for paper in case.GIAYTO or ()
        ),
        results=tuple(nfc(r.TENKETQUA) for r in source.KETQUATHUCHIEN or ()),
        legal_bases=tuple(
            catalog.LegalBasis(number=nfc(b.SOVANBAN), title=nfc(b.TENVANBAN), issued_on=_date(b.NGAYBANHANH))
            for b in source.CANCUPHAPLY or ()
        ),
    )


def nfc(text: str) -> str:
    """Composed and trimmed: partners send both forms (FACTS §12)."""
    return unicodedata.normalize("NFC", text).strip()


def _unknown(what: str, value: str) -> Rejected:
    return Rejected(
        "national.catalog-code-unknown",
        f"Cổng trả về {what} chưa có trong bảng mã: {value!r}. Bổ sung bảng trong catalogue.py của kết nối.",
        f"The portal's {what} is in no table: {value!r}. Add it to the connector's catalogue.py.",
        words=value,
    )


def _channel(way: wire.CachThuc) -> str:
    channel = CATALOG_CHANNEL.get(way.KENH)
    if channel is None:
        raise _unknown("kênh thực hiện (KENH)", way.KENH)
    return channel


def _level(level: wire.Bac) -> str:
    """By name first: since 2025 the code "2" is seen with the name "Cấp Xã"."""
    name = nfc(level.TENCAP).casefold().removeprefix("cấp ")
    found = LEVEL_NAME.get(name) or LEVEL_CODE.get(level.CAPTHUCHIEN)
    if found is None:
        raise _unknown("cấp thực hiện (CAPTHUCHIEN)", f"{level.CAPTHUCHIEN} {level.TENCAP}")
    return found


def _steps(cases: list[wire.TrinhTuThucHien]) -> str:
    blocks = []
    for case in cases:
        lines = [nfc(case.TRUONGHOP), *(nfc(step.TENTRINHTU) for step in case.TRINHTU or ())]
        blocks.append("\n".join(line for line in lines if line))
    return "\n\n".join(blocks)


def _limit(channel: str, limit: wire.ThoiGian) -> catalog.TimeLimit:
    """Without a number or a known unit the limit is only text: `amount` None."""
    unit = UNIT.get(nfc(limit.DONVITINH).casefold())
    amount = int(limit.THOIGIANGIAIQUYET) if unit and limit.THOIGIANGIAIQUYET.isdigit() else None
    text = f"{limit.THOIGIANGIAIQUYET} {limit.DONVITINH}".strip()
    return catalog.TimeLimit(
        channel=channel, amount=amount, unit=unit or "working-day", text=nfc(text), note=nfc(limit.MOTA)
    )


_NUMBER = re.compile(r"\d{1,3}([.,]\d{3})*|\d+")


def _rate(channel: str, rate: wire.PhiLePhi) -> catalog.FeeRate:
    """A "free" whose note sends the reader to another text for the rate is not free: the amount is open (PRO-10)."""
    sum_text, note = nfc(rate.SOTIEN), nfc(rate.MOTA)
    amount = None
    if sum_text.casefold() in FREE:
        told = note.casefold()
        elsewhere = any(words in told for words in OPEN_RATE) and not told.startswith("miễn")
        amount = None if elsewhere else 0
    elif _NUMBER.fullmatch(sum_text) and nfc(rate.DONVI).casefold() in DONG:
        amount = int(re.sub(r"[.,]", "", sum_text))
    text = f"{sum_text} {rate.DONVI}".strip() if amount else sum_text
    return catalog.FeeRate(code=rate.MAPHILEPHI.strip(), name=note, channel=channel, amount=amount, text=text)


def _component(paper: wire.GiayTo, case: str) -> catalog.ComponentSpec:
    return catalog.ComponentSpec(
        code=paper.MAGIAYTO.strip(),
        name=nfc(paper.TENGIAYTO),
        case=nfc(case),
        form_name=paper.TENMAUDON,
        form_url=paper.URL,
        originals=_count(paper.SOBANCHINH),
        copies=_count(paper.SOBANSAO),
        result_replacing=paper.MA_KQ_THAYTHE,
    )


def _count(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _date(text: str) -> date | None:
    """ISO or dd/MM/yyyy; anything else is no date."""
    if found := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text):
        year, month, day = found.groups()
    elif found := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text):
        day, month, year = found.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
