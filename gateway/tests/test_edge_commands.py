"""What the commands of the edge write, without any nginx."""

import os
import stat
import sys
from dataclasses import dataclass
from datetime import timedelta

import pytest
from cryptography import x509

from chassis.clock import now
from gateway.__main__ import main
from gateway.edge.certificate import ensure
from gateway.edge.render import FROM_OUTSIDE, Edge, render
from gateway.proxy import FROM_OUTSIDE as BEGINNINGS
from gateway.proxy import HOP_BY_HOP
from gateway.routes import LARGER, ROUTES

UPSTREAMS = {"programs": "programs:8080", "gateway": "gateway:8080"}


@dataclass
class Ended:
    """What a command wrote, and how it ended."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run(monkeypatch, capsys):
    for name in [name for name in os.environ if name.endswith(("_URL", "_DIR"))]:
        monkeypatch.delenv(name)

    def command(*arguments, **environment):
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["gateway", *map(str, arguments)])
            for name, value in environment.items():
                patch.setenv(name, value)
            try:
                main()
            except SystemExit as end:
                return Ended(1 if isinstance(end.code, str) else end.code or 0, capsys.readouterr().out, str(end.code))
        return Ended(0, capsys.readouterr().out, "")

    return command


def rendered(**changes):
    usual = {"upstreams": UPSTREAMS, "public_url": "https://a.example", "max_body_bytes": 1000}
    return render(Edge(**{**usual, **changes}))


def test_without_settings_services_are_where_containers_have_them(run):
    found = run("nginx")
    assert found.returncode == 0, found.stderr
    for name in ("identity", "programs", "billing", "privacy", "analytics", "notifications", "gateway"):
        assert f"server {name}:8080 " in found.stdout
    assert "return 308 https://$host$request_uri;" in found.stdout


def test_settings_are_kept(run):
    found = run(
        "nginx", BILLING_URL="http://10.0.0.7:81", PUBLIC_URL="https://learn.example:444", MAX_BODY_BYTES="300000000"
    )
    for expected in (
        "server 10.0.0.7:81 ",
        "return 308 https://learn.example:444$request_uri;",
        "client_max_body_size 300000000;",
    ):
        assert expected in found.stdout


@pytest.mark.parametrize("url", ["https://billing", "http://billing/path", "billing:8080", "http://a;b", "http://a b"])
def test_an_address_nginx_cannot_send_to_is_refused(run, url):
    found = run("nginx", BILLING_URL=url)
    assert found.returncode == 1
    assert found.stderr.startswith("nginx: ")


@pytest.mark.parametrize("url", ["https://a;b", "https://", "learn.example", "https://a b/"])
def test_so_is_an_address_for_people_that_names_no_host(run, url):
    assert run("nginx", PUBLIC_URL=url).returncode == 1


def test_no_path_of_a_service_is_in_the_configuration_but_those_of_files():
    files = "|".join(f"{pattern}/?" for pattern in LARGER)
    text = rendered().replace(f'location ~ "^(?:{files})$"', "")
    for route in ROUTES:
        assert route.pattern.split("{")[0].rstrip("/") not in text.replace("/healthz {", "").replace(
            "/api/v1/partner", ""
        )


def test_each_nginx_is_told_what_it_understands(run):
    assert "ssl http2 default_server" in rendered()
    new = rendered(nginx=(1, 28))
    assert "http2 on;" in new
    assert "ssl http2" not in new
    assert "programs:8080 max_fails=3 fail_timeout=2s resolve;" in rendered(nginx=(1, 28), resolver="127.0.0.11")
    assert run("nginx", "--resolver", "127.0.0.11").returncode == 1
    assert run("nginx", "--resolver", "127.0.0.11", "--nginx", "1.28").returncode == 0


def test_who_may_name_the_client_are_networks_and_never_everybody(run):
    assert "set_real_ip_from 10.0.0.0/8;" in run("nginx", "--trusted", "10.0.0.0/8").stdout
    for network in ("0.0.0.0/0", "::/0", "10.0.0.1/8", "anywhere; }"):
        assert run("nginx", "--trusted", network).returncode != 0


def test_plain_http_leaves_tls_to_who_stands_in_front():
    plain = rendered(plain=True)
    assert "ssl" not in plain.replace("$ssl_protocol", "").replace("X-Forwarded-Ssl", "")
    assert "Strict-Transport-Security" in plain
    assert "add_header Strict-Transport-Security" not in rendered(plain=True, public_url="http://a.example")


def test_what_one_door_drops_the_other_drops_too():
    for name in FROM_OUTSIDE:
        assert name.lower().startswith(BEGINNINGS) or name.lower() in HOP_BY_HOP, name


def test_a_certificate_is_made_once_and_its_key_is_nobody_elses(run, tmp_path):
    folder = tmp_path / "certificate"
    assert run("certificate", CERTIFICATE_DIR=str(folder), PUBLIC_URL="https://learn.example").returncode == 0
    found = x509.load_pem_x509_certificate((folder / "tls.crt").read_bytes())
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["learn.example"]
    assert timedelta(days=390) < found.not_valid_after_utc - now() < timedelta(days=398)
    assert stat.S_IMODE((folder / "tls.key").stat().st_mode) == 0o600
    before = [(folder / name).read_bytes() for name in ("tls.crt", "tls.key")]
    again = run("certificate", folder, "--host", "10.0.0.1")
    assert (again.returncode, again.stdout) == (0, f"certificate: already there: {folder}\n")
    assert [(folder / name).read_bytes() for name in ("tls.crt", "tls.key")] == before


def test_half_a_certificate_is_not_completed_by_a_stranger(run, tmp_path):
    (tmp_path / "tls.crt").write_text("somebody's own")
    found = run("certificate", tmp_path)
    assert found.returncode == 1
    assert "without its other half" in found.stderr
    assert (tmp_path / "tls.crt").read_text() == "somebody's own"
    assert not (tmp_path / "tls.key").exists()


def test_a_certificate_may_be_for_an_address(tmp_path):
    assert ensure(tmp_path, ["localhost", "127.0.0.1", "::1"])
    found = x509.load_pem_x509_certificate((tmp_path / "tls.crt").read_bytes())
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(one) for one in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]
