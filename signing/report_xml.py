"""The report as ETSI TS 119 102-2 XML."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pyhanko.generated.etsi import ts_11910202 as vr
from pyhanko.generated.etsi import xades
from pyhanko.generated.w3c import xmldsig_core as ds
from xsdata.formats.dataclass.serializers import XmlSerializer
from xsdata.formats.dataclass.serializers.config import SerializerConfig
from xsdata.models.datatype import XmlDateTime

from signing.model import Indication, SubIndication
from signing.report import ChainLink, Report, SignatureReport
from signing.sentences import shown

SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
NAMESPACES = {
    "vr": "http://uri.etsi.org/19102/v1.2.1#",
    "XAdES": "http://uri.etsi.org/01903/v1.3.2#",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
MAIN = {
    Indication.TOTAL_PASSED: "urn:etsi:019102:mainindication:total-passed",
    Indication.TOTAL_FAILED: "urn:etsi:019102:mainindication:total-failed",
    Indication.INDETERMINATE: "urn:etsi:019102:mainindication:indeterminate",
    Indication.NO_SIGNATURE: "urn:etsi:019102:mainindication:no-signature-found",
}


def etsi_xml(report: Report) -> bytes:
    """A ValidationReport with one SignatureValidationReport for each signature."""
    links = {link.sha256: link for s in report.signatures for link in s.chain}
    document = vr.ValidationReport(
        signature_validation_report=tuple(_signature(report, s) for s in report.signatures) or (_nothing(report),),
        signature_validation_objects=vr.ValidationObjectListType(tuple(map(_object, links.values())))
        if links
        else None,
    )
    text = XmlSerializer(config=SerializerConfig(indent="  ")).render(document, ns_map=NAMESPACES)
    return text.encode()


def _time(value: datetime) -> XmlDateTime:
    return XmlDateTime.from_datetime(value)


def _digest(hexadecimal: str) -> xades.DigestAlgAndValueType:
    return xades.DigestAlgAndValueType(
        digest_method=ds.DigestMethod(SHA256), digest_value=ds.DigestValue(bytes.fromhex(hexadecimal))
    )


def _status(indication: Indication, sub: SubIndication | None, words: tuple[str, str]) -> vr.ValidationStatusType:
    return vr.ValidationStatusType(
        main_indication=MAIN[indication],
        sub_indication=(f"urn:etsi:019102:subindication:{sub}",) if sub else (),
        associated_validation_report_data=(
            vr.ValidationReportDataType(
                additional_validation_report_data=vr.AdditionalValidationReportDataType(
                    report_data=tuple(
                        vr.TypedDataType(type_value=f"urn:mot-cua:sentence:{language}", value=shown(text))
                        for language, text in zip(("vi", "en"), words, strict=True)
                    )
                )
            ),
        ),
    )


def _signature(report: Report, signature: SignatureReport) -> vr.SignatureValidationReportType:
    process = "LTA" if signature.level == "B-LTA" else "LTVM" if signature.timestamps else "Basic"
    return vr.SignatureValidationReportType(
        signature_identifier=vr.SignatureIdentifierType(
            digest_alg_and_value=_digest(signature.signature_sha256) if signature.signature_sha256 else None,
            hash_only=False,
            doc_hash_only=False,
        ),
        validation_time_info=vr.ValidationTimeInfoType(
            validation_time=_time(report.at),
            best_signature_time=vr.POEType(
                poetime=_time(signature.best_time or report.at), type_of_proof="urn:etsi:019102:poetype:validation"
            ),
        ),
        signers_document=vr.SignersDocumentType(digest_alg_and_value=_digest(report.sha256)),
        signature_attributes=_attributes(signature),
        signer_information=_signer(signature),
        signature_validation_process=vr.SignatureValidationProcessType(
            signature_validation_process_id=f"urn:etsi:019102:validationprocess:{process}",
            signature_validation_service_policy=report.policy_id,
        ),
        signature_validation_status=_status(
            signature.indication, signature.sub_indication, (signature.sentence_vi, signature.sentence_en)
        ),
    )


def _attributes(signature: SignatureReport) -> vr.SignatureAttributesType | None:
    values: dict[str, Any] = {}
    if signature.signing_time:
        values["signing_time"] = (vr.SASigningTimeType(signed=True, time=_time(signature.signing_time)),)
    stamp = signature.timestamp
    if stamp is not None and stamp.gen_time is not None:
        values["signature_time_stamp"] = (vr.SATimestampType(signed=False, time_stamp_value=_time(stamp.gen_time)),)
    if signature.reason:
        values["reason"] = (vr.SAReasonType(signed=True, reason_element=shown(signature.reason)),)
    return vr.SignatureAttributesType(**values) if values else None


def _signer(signature: SignatureReport) -> vr.SignerInformationType | None:
    if not signature.chain:
        return None
    return vr.SignerInformationType(
        signer_certificate=vr.VOReferenceType(voreference=(_id(signature.chain[0]),)),
        signer=shown(signature.signer) if signature.signer else None,
    )


def _id(link: ChainLink) -> str:
    return f"vo-certificate-{link.sha256}"


def _object(link: ChainLink) -> vr.ValidationObjectType:
    return vr.ValidationObjectType(
        id=_id(link),
        object_type="urn:etsi:019102:validationObject:certificate",
        validation_object_representation=vr.ValidationObjectRepresentationType(
            digest_alg_and_value=_digest(link.sha256)
        ),
    )


def _nothing(report: Report) -> vr.SignatureValidationReportType:
    """A file without signatures still gets its answer."""
    return vr.SignatureValidationReportType(
        validation_time_info=vr.ValidationTimeInfoType(
            validation_time=_time(report.at),
            best_signature_time=vr.POEType(
                poetime=_time(report.at), type_of_proof="urn:etsi:019102:poetype:validation"
            ),
        ),
        signers_document=vr.SignersDocumentType(digest_alg_and_value=_digest(report.sha256)),
        signature_validation_status=_status(
            report.indication, report.sub_indication, (report.sentence_vi, report.sentence_en)
        ),
    )


__all__ = ["etsi_xml"]
