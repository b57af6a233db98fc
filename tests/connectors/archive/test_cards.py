from guardian.domain.people import Contact

VCF = "contactos/tarjetas.vcf"


def test_cards_of_all_versions(folder) -> None:
    folder.sample(VCF)
    ana, jose, rosa = folder.people(VCF).values()
    assert ana == Contact(
        ref="11111111-2222-3333-4444-555555555555",
        name="Ana Núñez",
        addresses=("ana@cliente.example", "ana.nunez@gmail.com"),
        phones=("+34600112233",),
        company_name="Cliente S.L., Compras",
        title="Jefa de compras",
    )
    assert (jose.name, jose.addresses, jose.phones) == ("José García", ("jose@otro.example",), ("600223344",))
    assert (rosa.name, rosa.phones) == ("Rosa", ("+34915550101",))


def test_a_card_of_nobody_is_a_dead_letter_of_its_own(folder) -> None:
    folder.sample(VCF)
    (dead,) = folder.dead(VCF)
    assert dead.why == "The card has neither a name nor an address."
    assert b"NOTE:nobody" in dead.raw


def test_a_card_that_is_cut_off_costs_only_itself(folder) -> None:
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:{}\nEND:VCARD\n"
    folder.write("a.vcf", card.format("Uno") + "BEGIN:VCARD\nFN:Roto\n" + card.format("Dos"))
    assert [one.name for one in folder.people("a.vcf").values()] == ["Uno", "Dos"]
    assert len(folder.dead("a.vcf")) == 1


def test_groups_are_nobody_and_equal_cards_are_told_apart(folder) -> None:
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:Uno\nEND:VCARD\n"
    folder.write("a.vcf", card * 2 + "BEGIN:VCARD\nKIND:group\nFN:Todos\nEND:VCARD\n")
    refs = list(folder.people("a.vcf"))
    assert refs[1] == f"{refs[0]}.2"
    assert folder.feeds()["a.vcf"].count() == 2
