"""The lab's own certificate authority: one CA for clients to trust, one server certificate for loopback."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NAMES = ("localhost", "*.localhost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificates:
    """Where the CA's certificate is, and the server's key with its chain."""

    ca_bundle: Path
    server_chain: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class AppKey:
    """A key and self-signed certificate with which an application logs in, as PEM text."""

    private_key: str
    certificate: str


def make_certificates(folder: Path) -> Certificates:
    """Write a new CA and a server certificate that it signed."""
    ca_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = _name("Guardian lab CA")
    ca = _builder(ca_name, ca_name, ca_key.public_key())
    ca = ca.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    ca = ca.add_extension(_ca_usage(), critical=True)
    ca = ca.add_extension(x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), critical=False)
    ca_certificate = ca.sign(ca_key, hashes.SHA256())
    server = _builder(_name("localhost"), ca_name, server_key.public_key())
    names = [x509.DNSName(name) for name in NAMES]
    addresses = [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    server = server.add_extension(x509.SubjectAlternativeName([*names, *addresses]), critical=False)
    server = server.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    server_certificate = server.add_extension(issuer, critical=False).sign(ca_key, hashes.SHA256())
    made = Certificates(ca_bundle=folder / "lab-ca.pem", server_chain=folder / "lab-server.pem")
    made.ca_bundle.write_bytes(_pem(ca_certificate))
    made.server_chain.write_bytes(_key_pem(server_key) + _pem(server_certificate))
    return made


def make_app_key() -> AppKey:
    """Return a new RSA key and certificate, as admins upload them to a provider."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    name = _name("Guardian")
    certificate = _builder(name, name, key.public_key()).sign(key, hashes.SHA256())
    return AppKey(private_key=_key_pem(key).decode(), certificate=_pem(certificate).decode())


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=7))


def _ca_usage() -> x509.KeyUsage:
    no = dict.fromkeys(
        "content_commitment key_encipherment data_encipherment key_agreement encipher_only decipher_only".split(),
        False,
    )
    return x509.KeyUsage(digital_signature=True, key_cert_sign=True, crl_sign=True, **no)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
