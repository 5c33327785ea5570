"""The test PKI's time-stamp authority, CRLs and OCSP responders over HTTP, on the loopback address only."""

from __future__ import annotations

from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.x509 import ocsp

from signing.test_pki import PKI, Pki

MAX_BODY = 64 * 1024


def answer(pki: Pki, path: str, body: bytes) -> tuple[int, str, bytes]:
    """Status, content type and body for a request."""
    now = datetime.now(UTC)
    kind, _, name = path.strip("/").partition("/")
    if kind == "tsa":
        return 200, "application/timestamp-reply", pki.tsa().answer(body)
    if kind == "crl" and name in PKI and PKI[name].kind == "ca":
        return 200, "application/pkix-crl", pki.crl(name, now)
    if kind == "ocsp":
        try:
            asked = pki.by_serial(ocsp.load_der_ocsp_request(body).serial_number)
        except ValueError:
            asked = None
        if asked is not None and PKI[asked].by:
            return 200, "application/ocsp-response", pki.ocsp(asked, now)
        unknown = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED)
        from cryptography.hazmat.primitives.serialization import Encoding

        return 200, "application/ocsp-response", unknown.public_bytes(Encoding.DER)
    return 404, "text/plain; charset=utf-8", "Không có / not here: /tsa, /crl/<ca>, /ocsp/<ca>\n".encode()


def server(pki: Pki, port: int) -> ThreadingHTTPServer:
    """A server that is ready to serve; port 0 takes a free one."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(b"")

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            self._reply(self.rfile.read(min(length, MAX_BODY)))

        def _reply(self, body: bytes) -> None:
            status, kind, data = answer(pki, self.path, body)
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Quiet: whoever serves it has a log of their own."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def serve(pki: Pki, port: int) -> None:
    with server(pki, port) as running:
        running.serve_forever()
