"""The rule table of next steps: the first rule that fits names what to do and by which channel."""

from collections.abc import Callable
from dataclasses import dataclass

from guardian.digest.content import Channel, Cue, CueCode, Step, StepCode
from guardian.digest.material import ClientFacts, Story
from guardian.domain.notes import Reach
from guardian.domain.standing import State, WhyCode

UNANSWERED_MAILS = 2  # from so many on, another mail is the wrong way
UNHEARD_MAILS = 4  # from so many on, even one that gives something


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    code: StepCode
    channel: Channel
    fits: Callable[[ClientFacts, Story], bool]


_CHANGES = frozenset({WhyCode.CONTACT_LEFT, WhyCode.CONTACT_BOUNCES, WhyCode.CONTACT_NEW})


def _people_changed(facts: ClientFacts, story: Story) -> bool:
    return any(why.code in _CHANGES for why in facts.assessment.reasons)


def _address_is_missing(facts: ClientFacts, story: Story) -> bool:
    """Say whether nobody knows whom to turn to; of whoever asked for peace nobody is to find out."""
    return story.contact_address is None and facts.peace_since is None


def _state_is(*states: State) -> Callable[[ClientFacts, Story], bool]:
    return lambda facts, story: facts.assessment.state in states


RULES = (
    _Rule(
        code=StepCode.CALL_ABOUT_COMPLAINT,
        channel=Channel.PHONE,
        fits=_state_is(State.ANGRY, State.INDIFFERENT),
    ),
    _Rule(
        code=StepCode.REPLY_TODAY,
        channel=Channel.MAIL,
        fits=lambda facts, story: facts.touches.waiting_since is not None and not _address_is_missing(facts, story),
    ),
    _Rule(code=StepCode.ASK_SUCCESSOR, channel=Channel.PHONE, fits=_people_changed),
    _Rule(
        code=StepCode.FIND_CONTACT,
        channel=Channel.RESEARCH,
        fits=lambda facts, story: _address_is_missing(facts, story) or facts.assessment.state is State.UNREACHABLE,
    ),
    _Rule(
        code=StepCode.ASK_FEEDBACK,
        channel=Channel.PHONE,
        fits=lambda facts, story: facts.recovered_at is not None,
    ),
    _Rule(
        code=StepCode.PREPARE_MEETING,
        channel=Channel.MEETING,
        fits=lambda facts, story: story.next_meeting is not None,
    ),
    _Rule(
        code=StepCode.GIVE_FIRST,
        channel=Channel.MAIL,
        fits=lambda facts, story: story.only_asked and facts.touches.unanswered < UNHEARD_MAILS,
    ),
    _Rule(
        code=StepCode.CALL_INSTEAD,
        channel=Channel.PHONE,
        fits=lambda facts, story: facts.touches.unanswered >= UNANSWERED_MAILS,
    ),
    _Rule(code=StepCode.ASK_WHY, channel=Channel.PHONE, fits=_state_is(State.LOST)),
    _Rule(code=StepCode.PROPOSE_VISIT, channel=Channel.MEETING, fits=_state_is(State.DORMANT)),
    _Rule(
        code=StepCode.INTRODUCE_YOURSELF,
        channel=Channel.MAIL,
        fits=lambda facts, story: facts.touches.last_outbound is None,
    ),
    _Rule(code=StepCode.WELCOME, channel=Channel.MAIL, fits=_state_is(State.NEW)),
    _Rule(
        code=StepCode.CALL,
        channel=Channel.PHONE,
        fits=lambda facts, story: story.last_channel is Channel.MAIL,
    ),
    _Rule(code=StepCode.SEND_SOMETHING_USEFUL, channel=Channel.MAIL, fits=lambda facts, story: True),
    _Rule(code=StepCode.CALL_AS_LIKED, channel=Channel.PHONE, fits=lambda facts, story: True),
    _Rule(code=StepCode.PROPOSE_VISIT, channel=Channel.MEETING, fits=lambda facts, story: True),
)
_WAYS = {Reach.MAIL: Channel.MAIL, Reach.PHONE: Channel.PHONE, Reach.MEETING: Channel.MEETING}
# What is owed or to be found out comes by its own way; so does what was agreed.
_WHATEVER_IS_LIKED = frozenset(
    {StepCode.CALL_ABOUT_COMPLAINT, StepCode.REPLY_TODAY, StepCode.FIND_CONTACT, StepCode.PREPARE_MEETING}
)


def _may(rule: _Rule, reach: Reach) -> bool:
    return reach not in _WAYS or rule.channel is _WAYS[reach] or rule.code in _WHATEVER_IS_LIKED


_GREETINGS = frozenset({StepCode.CALL, StepCode.SEND_SOMETHING_USEFUL, StepCode.GIVE_FIRST})
_THANKS = _Rule(code=StepCode.SAY_THANKS, channel=Channel.MAIL, fits=lambda facts, story: True)


def next_step(facts: ClientFacts, story: Story, cue: Cue | None = None) -> Step:
    """Return what to do next with one client, by a way he likes; anniversaries are for thanks, new owners greet."""
    rule = next(rule for rule in RULES if rule.fits(facts, story) and _may(rule, facts.reach))
    if cue is not None and cue.code is CueCode.HANDED_OVER and rule.code not in _WHATEVER_IS_LIKED:
        rule = _Rule(code=StepCode.INTRODUCE_YOURSELF, channel=rule.channel, fits=rule.fits)
    if cue is not None and cue.code is CueCode.ANNIVERSARY and rule.code in _GREETINGS and _may(_THANKS, facts.reach):
        rule = _THANKS
    meeting = story.next_meeting if rule.code is StepCode.PREPARE_MEETING else None
    reachable = rule.code is not StepCode.FIND_CONTACT
    return Step(
        code=rule.code,
        channel=rule.channel,
        contact_name=story.contact_name if reachable else "",
        contact_address=story.contact_address if reachable else None,
        contact_phone=story.contact_phone if reachable else None,
        meeting_at=meeting,
    )
