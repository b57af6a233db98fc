"""Where a client stands: rules in order of precedence, the first that fires wins; all pure.

Every rule gives its reasons in numbers, and no number that the timeline does not hold or the model did not compute.
"""

from collections.abc import Callable

from guardian.ageing.case import Case, Contacted
from guardian.ageing.lanes import EARLY_DAYS, HOLIDAY, OUT_OF_RHYTHM, RHYTHM_TOUCH_DAYS, STEADY
from guardian.domain.standing import State, Why, WhyCode

_DORMANT_SHARE, _LOST_SHARE = 0.5, 0.25  # of the at-risk threshold, where that is below the one they belong to
_DORMANT_ALIVE, _LOST_ALIVE = 0.25, 0.10
_FULL_THRESHOLD = 0.4
_WORRYING = 0.75  # P(alive) up to which it is told; where nearly everybody stays, less than nearly sure is a sign
_LEAVE = 0.10  # P(alive) must rise so far above the threshold before a client is out of risk without a word
_FEWEST_BEFORE = 4  # touch-days in the 90 days before, from which a decline means something
_DECLINE = 0.5
_COMPLAINTS = frozenset({State.ANGRY, State.INDIFFERENT})


Whys = tuple[Why, ...]
_NO_CONTACT = Why(code=WhyCode.NO_CONTACT)
_ASIDE = frozenset({State.NOT_CLIENT, State.SNOOZED})
_SLIPPING = frozenset({State.AT_RISK, State.DORMANT, State.LOST})


def stand(case: Case) -> tuple[State, Whys]:
    """Return the state of a client, and why."""
    for state, rule in _RULES:
        if reasons := rule(case):
            found = (*reasons, *_contact_changed(case)) if state in _SLIPPING else reasons
            return state, found if state in _ASIDE else _with_recovery(found, case)
    return State.HEALTHY, _with_recovery(_on_track(case), case)


def _with_recovery(reasons: Whys, case: Case) -> Whys:
    return reasons if case.facts.recovered is None else (case.facts.recovered, *reasons)


def _not_client(case: Case) -> Whys:
    days = case.facts.none_since
    return () if days is None else (_why(WhyCode.SAID_NOT_CLIENT, days=days),)


def _snoozed(case: Case) -> Whys:
    """Return why a client is left alone; an open complaint cannot be put off."""
    days = case.facts.snoozed_for
    if days is None or any(rule(case) for state, rule in _RULES if state in _COMPLAINTS):
        return ()
    return (_why(WhyCode.SAID_LATER, days=days),)


def _unreachable(case: Case) -> Whys:
    found = []
    if not case.facts.has_owner:
        found.append(Why(code=WhyCode.NO_OWNER))
    if not case.facts.contacts:
        found.append(_why(WhyCode.ADDRESSES_GONE, addresses=case.facts.gone) if case.facts.gone else _NO_CONTACT)
    return tuple(found)


def _contact_changed(case: Case) -> Whys:
    return (case.facts.change,) if case.facts.change is not None and case.facts.alone else ()


def _over_contacted(case: Case) -> Whys:
    what, policy = case.touched, case.policy
    if case.facts.peace_since is not None:
        return (_why(WhyCode.ASKED_FOR_PEACE, days=case.facts.peace_since),)
    if what is None:
        return ()
    if what.week > policy.most_in_a_week:
        return (_why(WhyCode.CROWDED_WEEK, wrote_days=what.week, most=policy.most_in_a_week),)
    if what.unanswered >= policy.unanswered_in_a_row and _crowded(case, what):
        return (_why(WhyCode.UNANSWERED_OUTBOUND, wrote_days=what.unanswered, days=what.since_inbound),)
    return ()


def _crowded(case: Case, what: Contacted) -> bool:
    """Say whether we write far more often than before; silent beyond the ceiling, nobody is crowded any more."""
    if what.era_rate is None or what.silent_days > case.ceiling:
        return False
    return what.unanswered / max(what.since_inbound, 1) > case.policy.crowding * what.era_rate


def _new(case: Case) -> Whys:
    what = case.touched
    if what is None:
        return (Why(code=WhyCode.NEVER_TOUCHED),)
    if what.touch_days >= case.policy.fewest_touch_days or what.silent_days > case.ceiling:
        return ()
    few = _why(WhyCode.FEW_TOUCHES, touch_days=what.touch_days, silent_days=what.silent_days)
    return (few, *_unanswered_inbound(case))


def _lost(case: Case) -> Whys:
    """Return why a client is lost; the model alone may not say so before the dormant ceiling."""
    alive = min(_LOST_ALIVE, case.threshold * _LOST_SHARE)
    after = case.patience(case.policy.dormant_days)
    return _long_silent(case, case.patience(case.policy.lost_days), alive, after=after)


def _dormant(case: Case) -> Whys:
    """Return why a client is dormant; the model alone may not say so before the at-risk ceiling."""
    share = case.threshold * _DORMANT_SHARE if case.threshold < _FULL_THRESHOLD else _DORMANT_ALIVE
    return _long_silent(case, case.patience(case.policy.dormant_days), share, after=case.ceiling)


def _at_risk(case: Case) -> Whys:
    margin = _LEAVE if case.was is State.AT_RISK else 0.0
    return (
        *_unanswered_inbound(case),
        *(_probably_gone(case, case.threshold + margin) or _gone_early(case, margin) or _out_of_rhythm(case)),
        *_beyond_ceiling(case, case.learnt_ceiling),
    )


def _cooling(case: Case) -> Whys:
    what = case.touched
    if what is None or case.few:
        return ()
    declined = _fewer_touches(what, _DECLINE) if what.before >= _FEWEST_BEFORE else ()
    return (*_contact_changed(case), *_cooling_off(case, what), *declined) or _cooling_still(case, what)


def _cooling_off(case: Case, what: Contacted) -> Whys:
    """Return how P(silent) rose within one silence: a touch makes it rise, too, where it came when it was due."""
    if what.silent_before is None or what.silent_days < case.policy.trend_days or what.silent_days <= what.cadence:
        return ()
    if what.p_silent - what.silent_before < case.policy.cooling_rise:
        return ()
    return (
        _why(
            WhyCode.COOLING_OFF,
            silent_days=what.silent_days,
            cadence_days=what.cadence,
            p_silent=what.p_silent,
            p_before=what.silent_before,
            days=case.policy.trend_days,
        ),
    )


def _fewer_touches(what: Contacted, share: float = 1.0) -> Whys:
    """Return that there were fewer touch-days of late than this share of those of before."""
    if what.recent >= share * what.before / 2:
        return ()
    return (_why(WhyCode.FEWER_TOUCHES, recent=what.recent, before=what.before),)


def _cooling_still(case: Case, what: Contacted) -> Whys:
    """Return why a client that was cooling is so still: more silence alone makes nobody well."""
    if case.was is not State.COOLING or not case.unmoved:
        return ()
    return (_beyond_cadence(what),) if what.silent_days > what.cadence else _fewer_touches(what)


def _long_silent(case: Case, ceiling: int, alive: float, *, after: int) -> Whys:
    """Return why a client is dormant or lost: nobody is who was not already at risk `trend_days` ago."""
    what = case.touched
    if beyond := _beyond_ceiling(case, ceiling):
        return (*_probably_gone(case, alive), *beyond)
    if what is None or what.silent_days <= after or what.alive_before is None:
        return ()
    return _probably_gone(case, alive) if what.alive_before <= case.threshold else ()


def _beyond_ceiling(case: Case, ceiling: int) -> Whys:
    what = case.touched
    if what is None or what.silent_days <= ceiling:
        return ()
    return (_why(WhyCode.SILENT_BEYOND_CEILING, silent_days=what.silent_days, ceiling_days=ceiling),)


def _probably_gone(case: Case, alive: float) -> Whys:
    """Return why the model gives a client up: only for silences beyond the own cadence, never for few touches."""
    what = case.touched
    if what is None or case.few or what.p_alive > alive or what.silent_days <= what.cadence:
        return ()
    return _given_up(what)


def _gone_early(case: Case, margin: float) -> Whys:
    """Return why the model had given a client up within the first month of its silence; never in a new book."""
    what = case.touched
    if what is None or case.few or not case.at.early or what.alive_early > case.at.early + margin:
        return ()
    if min(what.silent_days, EARLY_DAYS) <= what.cadence:
        return ()
    return _given_up(what)


def _given_up(what: Contacted) -> Whys:
    """Return the reasons of the model; a chance that would calm whoever reads it goes unsaid."""
    gone = _why(WhyCode.PROBABLY_GONE, p_alive=what.p_alive)
    return (_beyond_cadence(what), gone) if what.p_alive <= _WORRYING else (_beyond_cadence(what),)


def _out_of_rhythm(case: Case) -> Whys:
    """Return why a steady client is far out of its rhythm, though the model, unsure of everybody, may not say so."""
    what = case.touched
    if what is None or what.touch_days < RHYTHM_TOUCH_DAYS or not what.returned_from or what.spread > STEADY:
        return ()
    if what.silent_days <= max(OUT_OF_RHYTHM * what.returned_from, what.cadence, HOLIDAY):
        return ()
    return (_beyond_cadence(what),)


def _beyond_cadence(what: Contacted) -> Why:
    return _why(WhyCode.SILENT_BEYOND_CADENCE, cadence_days=what.cadence, silent_days=what.silent_days)


def _unanswered_inbound(case: Case) -> Whys:
    what = case.touched
    if what is None or what.waiting <= case.policy.answer_business_days:
        return ()
    return (_why(WhyCode.UNANSWERED_INBOUND, business_days=what.waiting, days=what.waiting_days),)


def _on_track(case: Case) -> Whys:
    assert case.touched is not None, "a client never touched is new"
    what = case.touched
    return (_why(WhyCode.ON_TRACK, cadence_days=what.cadence, silent_days=what.silent_days),)


def _why(code: WhyCode, **figures: float) -> Why:
    return Why(code=code, figures=tuple((name, float(value)) for name, value in figures.items()))


_RULES: tuple[tuple[State, Callable[[Case], Whys]], ...] = (
    (State.NOT_CLIENT, _not_client),
    (State.SNOOZED, _snoozed),
    (State.UNREACHABLE, _unreachable),
    (State.ANGRY, lambda case: case.facts.angry),
    (State.INDIFFERENT, lambda case: case.facts.indifferent),
    (State.OVER_CONTACTED, _over_contacted),
    (State.NEW, _new),
    (State.LOST, _lost),
    (State.DORMANT, _dormant),
    (State.AT_RISK, _at_risk),
    (State.COOLING, _cooling),
)
