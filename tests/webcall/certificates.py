"""A certificate authority of the test's own, and servers whose certificates are good or bad in one way each."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)

_SIGNS = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


class Authority:
    """Vouches for servers. `file` is its certificate; everything is made in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("The tests' own authority")
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder(self._name, self._name, self._key.public_key(), x509.random_serial_number())
            .not_valid_before(now - 100 * DAY)
            .not_valid_after(now + 100 * DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
            .add_extension(_SIGNS, critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.file = folder / "authority.pem"
        self.file.write_bytes(made.public_bytes(serialization.Encoding.PEM))

    def server(self, host: str, *, age: timedelta = DAY, lasting: timedelta = 2 * DAY) -> ssl.SSLContext:
        """A server's context with a certificate for a host, which began so long ago and lasts so long."""
        return _context(self._server(host, self._name, self._key, age, lasting))

    def certificate(self, host: str) -> Path:
        """A file with a certificate for a host, and its key."""
        return self._server(host, self._name, self._key, DAY, 2 * DAY)

    def alone(self, host: str) -> ssl.SSLContext:
        """A server's context with a certificate that nobody vouches for but itself."""
        return _context(self._server(host, None, None, DAY, 2 * DAY))

    def client(self, name: str, *, vouched: bool = True) -> tuple[str, str]:
        """A client's certificate and its private key, as PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer, signer = (self._name, self._key) if vouched else (_name(name), key)
        begin = datetime.now(UTC) - DAY
        made = (
            x509.CertificateBuilder(issuer, _name(name), key.public_key(), x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(begin + 2 * DAY)
            .add_extension(_signed_by(signer), critical=False)
            .sign(signer, hashes.SHA256())
        )
        return made.public_bytes(serialization.Encoding.PEM).decode(), _pem(key).decode()

    def strict(self, host: str) -> ssl.SSLContext:
        """A server's context that wants a client's certificate which we vouch for."""
        context = self.server(host)
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(self.file)
        return context

    def _server(
        self,
        host: str,
        issuer: x509.Name | None,
        signer: ec.EllipticCurvePrivateKey | None,
        age: timedelta,
        lasting: timedelta,
    ) -> Path:
        key = ec.generate_private_key(ec.SECP256R1())
        begin = datetime.now(UTC) - age
        made = (
            x509.CertificateBuilder(issuer or _name(host), _name(host), key.public_key(), x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(begin + lasting)
            .add_extension(x509.SubjectAlternativeName([_called(host)]), critical=False)
            .add_extension(_signed_by(signer or key), critical=False)
            .sign(signer or key, hashes.SHA256())
        )
        file = self._folder / f"{made.serial_number}.pem"
        file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + _pem(key))
        return file


def _signed_by(key: ec.EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    """Who signed: without it, Python 3.13 and later trust no certificate."""
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def _context(file: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _called(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
