from tests.lab.company_oracle import true_cards, true_mail, true_meetings
from tests.lab.google_world import World


def test_a_walk_tells_all_that_is_true(world: World) -> None:
    for rep in world.company.reps:
        desk = world.company.desks[rep.address]
        assert world.local("mail", rep.address).sync().mail() == true_mail(desk)
        assert world.local("contacts", rep.address).sync().cards() == true_cards(desk)
        assert world.local("calendar", rep.address).sync().meetings() == true_meetings(desk)
