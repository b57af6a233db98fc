"""guardian.toml, the environment over it, and what an administrator is told when something is wrong."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import get_args, get_origin

import pytest
from pydantic import BaseModel

from guardian import settings
from guardian.domain.errors import UserError
from guardian.settings.environment import LISTS
from guardian.settings.holidays import public_holidays
from guardian.wiring.layout import sample_settings


def written(folder: Path, text: str) -> Path:
    path = folder / "guardian.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_sample_that_init_writes_is_valid(tmp_path: Path) -> None:
    text = sample_settings(own_domains=["ACME.example"], language="en")
    loaded = settings.load(written(tmp_path, text))
    assert loaded.own_domains == ("acme.example",)
    assert loaded.language == "en"
    assert loaded.folder == tmp_path


def test_the_environment_overrides_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, 'own_domains = ["a.example"]\n[guard]\nmode = "enforce"\n')
    monkeypatch.setenv("GUARDIAN_GUARD__MODE", "observe")
    monkeypatch.setenv("GUARDIAN_OWN_DOMAINS", "b.example, c.example")
    loaded = settings.load(path)
    assert loaded.guard.mode == "observe"
    assert loaded.own_domains == ("b.example", "c.example")


def test_a_connection_can_be_set_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, '[connectors.exports]\nkind = "archive"\npath = "x"\n')
    monkeypatch.setenv("GUARDIAN_CONNECTORS__EXPORTS__PATH", "y")
    assert settings.load(path).connectors["exports"]["path"] == "y"


POLICIES = '[[guard.policies]]\nsenders = ["a@acme.example"]\n[[guard.policies]]\ndomains = ["b.example"]\n'


def test_an_entry_of_a_list_can_be_set_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUARDIAN_GUARD__POLICIES__1__MODE", "observe")
    monkeypatch.setenv("GUARDIAN_GUARD__POLICIES__1__SENDERS", "c@acme.example, d@acme.example")
    monkeypatch.setenv("GUARDIAN_OWN_DOMAINS__0", "acme.example")
    loaded = settings.load(written(tmp_path, 'own_domains = ["a.example", "b.example"]\n' + POLICIES))
    assert [one.mode for one in loaded.guard.policies] == [None, "observe"]
    assert loaded.guard.policies[1].senders == ("c@acme.example", "d@acme.example")
    assert loaded.own_domains == ("acme.example", "b.example")


def test_a_list_can_be_made_by_the_environment_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(11):
        monkeypatch.setenv(f"GUARDIAN_GUARD__POLICIES__{number}__THRESHOLD", f"0.{number:02}")
    loaded = settings.load(written(tmp_path, ""))
    assert [one.threshold for one in loaded.guard.policies] == [number / 100 for number in range(11)]


def test_a_number_may_be_the_name_of_a_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUARDIAN_CONNECTORS__0__KIND", "archive")
    assert settings.load(written(tmp_path, "")).connectors == {"0": {"kind": "archive"}}


def test_the_environment_means_the_names_of_the_file_whatever_their_capitals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, '[connectors.CRM]\nkind = "salesforce"\n[connectors.crm2]\nkind = "archive"\n')
    monkeypatch.setenv("GUARDIAN_CONNECTORS__CRM__API_VERSION", "61.0")
    monkeypatch.setenv("GUARDIAN_CONNECTORS__CRM2__PATH", "x")
    loaded = settings.load(path).connectors
    assert loaded == {
        "CRM": {"kind": "salesforce", "api_version": "61.0"},
        "crm2": {"kind": "archive", "path": "x"},
    }


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("GUARDIAN_GUARD__POLICIES__3__MODE", "has 2 entries"),
        ("GUARDIAN_GUARD__POLICIES__MODE", "MODE is none of them"),
        ("GUARDIAN_OWN_DOMAINS__0__NAME", "nothing lies below a single value"),
        ("GUARDIAN_LANGUAGE__X", "nothing lies below a single value"),
        ("GUARDIAN_GUARD__MODES", "no setting called guard.modes"),
    ],
)
def test_a_variable_that_leads_nowhere_is_named_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, complaint: str
) -> None:
    monkeypatch.setenv(name, "observe")
    with pytest.raises(UserError, match=complaint):
        settings.load(written(tmp_path, 'language = "en"\nown_domains = ["acme.example"]\n' + POLICIES))


def plain_lists(section: type[BaseModel]) -> Iterator[str]:
    for name, field in section.model_fields.items():
        inner = [one for one in (field.annotation, *get_args(field.annotation)) if isinstance(one, type)]
        sections = [one for one in inner if issubclass(one, BaseModel)]
        for one in sections:
            yield from plain_lists(one)
        if get_origin(field.annotation) is tuple and not sections:
            yield name


def test_every_list_of_plain_values_can_be_given_with_commas_by_the_environment() -> None:
    assert set(plain_lists(settings.Settings)) == LISTS


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('own_domains = ["ana@acme.example"]', "own_domains: ana@acme.example is no domain"),
        ("own_domain = []", "no setting called own_domain"),
        ('language = "fr"', "language"),
        ("[guard]\nhold_hours = 0", "guard.hold_hours"),
        ("own_domains = [", "not valid TOML"),
        ('[exclude]\naddresses = ["nobody"]', "not a mail address"),
        ('[reps."x"]\nname = "X"', "not a mail address"),
        ('[ageing]\nholidays = "Catalunya"', "no holidays are known of 'Catalunya'"),
        ('[ageing]\nholidays = "ES-XX"', "no holidays are known of 'ES-XX'"),
        ('[console]\nproxies = ["*"]', "console.proxies: '\\*' is no address or network; write it as 172.17.0.1"),
        ('[console]\nproxies = ["172.17.0.1/16"]', "console.proxies: '172.17.0.1/16' is no address or network"),
        ('[console]\nproxies = ["proxy.acme.example"]', "console.proxies: 'proxy.acme.example' is no"),
        ('[console]\nproxies = ["::/0"]', "console.proxies: '::/0' is everybody; name the proxy alone"),
        ('[mail]\nsender = "guardian"', "mail.sender: 'guardian' is not a mail address"),
        ('[mail]\nsender = "Guardian <guardian>"', "mail.sender: .* write it as .*Name <guardian@acme.example>"),
        ('[mail]\nsender = "ñandú@acme.example"', "mail.sender: "),
        ('[mail]\nsmtp = "smtp.acme.example:25"', "mail.smtp: write the mail server as smtp://HOST:PORT"),
        ('[mail]\nsmtp = ""', "mail.smtp: "),
    ],
)
def test_a_wrong_value_is_named_in_one_sentence(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(UserError, match=complaint) as told:
        settings.load(written(tmp_path, text))
    assert "\n" not in str(told.value)


def test_proxies_are_addresses_and_networks(tmp_path: Path) -> None:
    assert settings.load(written(tmp_path, "")).console.proxies == ("127.0.0.1", "::1")
    told = settings.load(written(tmp_path, '[console]\nproxies = [" 172.17.0.1", "10.0.0.0/8", "FD00::1"]'))
    assert told.console.proxies == ("172.17.0.1", "10.0.0.0/8", "fd00::1")


DOMAINS = ["own_domains", "exclude.domains", "guard.policies.0.domains"]


def with_domain(name: str, domain: str) -> str:
    """Return a guardian.toml with one domain where a setting names some."""
    section, _, last = name.rpartition(".")
    heading = {"exclude": "[exclude]\n", "guard.policies.0": "[[guard.policies]]\n"}.get(section, "")
    return f'{heading}{last} = ["{domain}"]\n'


@pytest.mark.parametrize("name", DOMAINS)
@pytest.mark.parametrize("written_as", ["@acme.example", "*.acme.example", "https://ACME.example/", "acme.example."])
def test_a_domain_is_understood_as_people_write_it(tmp_path: Path, name: str, written_as: str) -> None:
    loaded = settings.load(written(tmp_path, with_domain(name, written_as)))
    found = {
        "own_domains": loaded.own_domains,
        "exclude.domains": loaded.exclude.domains,
        "guard.policies.0.domains": loaded.guard.policies[0].domains if loaded.guard.policies else (),
    }
    assert found[name] == ("acme.example",)


@pytest.mark.parametrize("name", DOMAINS)
def test_mail_of_the_own_host_and_network_has_a_domain_of_one_label(tmp_path: Path, name: str) -> None:
    loaded = settings.load(written(tmp_path, with_domain(name, "LocalHost")))
    assert "localhost" in (
        *loaded.own_domains,
        *loaded.exclude.domains,
        *(one.domains[0] for one in loaded.guard.policies),
    )


@pytest.mark.parametrize("name", DOMAINS)
@pytest.mark.parametrize(
    "domain", ["acme", "", "ana@acme.example", "https://acme.example/contact", "a.example;b.example"]
)
def test_what_is_no_domain_is_refused_by_the_name_of_the_setting(tmp_path: Path, name: str, domain: str) -> None:
    with pytest.raises(UserError) as told:
        settings.load(written(tmp_path, with_domain(name, domain)))
    shown = domain or "''"
    assert f"guardian.toml: {name}: {shown} is no domain; write only what stands behind the @" in str(told.value)


def test_a_wrong_mail_server_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"mail\.smtp") as told:
        settings.load(written(tmp_path, '[mail]\nsmtp = "smtp://ana:w0rd/x@mx.acme.example"'))
    assert "w0rd" not in str(told.value)


@pytest.mark.parametrize(
    "sender", ["", "guardian@acme.example", "Guardian <guardian@acme.example>", '"Sí, SL" <g@a.es>']
)
@pytest.mark.parametrize("smtp", ["smtp://mx.acme.example", "smtps://ana:secret@mx:465", "folder:outbox"])
def test_mail_leaves_by_a_server_or_into_a_folder_from_an_address_with_a_name_or_without(
    tmp_path: Path, sender: str, smtp: str
) -> None:
    loaded = settings.load(written(tmp_path, f"[mail]\nsender = '{sender}'\nsmtp = '{smtp}'"))
    assert (loaded.mail.sender, loaded.mail.smtp) == (sender, smtp)


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="guardian init"):
        settings.find_file(tmp_path / "none.toml")


def test_the_folder_of_the_file_will_do(tmp_path: Path) -> None:
    path = written(tmp_path, "")
    assert settings.find_file(tmp_path) == path


def test_a_region_has_the_holidays_of_its_country_and_its_own() -> None:
    spain, catalonia = (public_holidays(region, [2026]) for region in ("ES", "ES-CT"))
    assert date(2026, 10, 12) in spain & catalonia
    assert date(2026, 9, 11) in catalonia - spain
    assert public_holidays("", [2026]) == frozenset()
