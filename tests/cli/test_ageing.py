"""guardian ageing and its report."""

from tests.cli.conftest import Shop


def test_ageing_still_answers_by_itself_and_its_report_beside_it(shop: Shop) -> None:
    for number in range(3):
        shop.write_mail(number, f"Tue, {number + 1:02} Nov 2026 10:00:00 +0100")
    shop.run("sync")
    (client,) = shop.run("ageing", "--as-of", "2026-11-10", "--json").lines()
    assert (client["client"], client["silent_days"]) == ("Bermeo", 7)
    ran = shop.run("ageing", "report", "--as-of", "2026-11-10", "--json")
    lines = ran.lines()
    assert ran.code == 0
    assert [line["what"] for line in lines if line["what"] in ("trust", "thresholds")] == ["trust", "thresholds"]
    assert lines[0]["trust"] == "too_few"
    assert lines[0]["text"].startswith("Con ")
    assert {"what": "coverage", "rep": None, "clients": 1, "reached_30": 0, "reached_90": 0} in lines
    assert sum(line["clients"] for line in lines if line["what"] == "state") == 1
    told = shop.run("ageing", "report", "--as-of", "2026-11-10")
    assert "the whole team" in told.out
    assert shop.run("ageing", "report", "--as-of", "tomorrow").code == 2
