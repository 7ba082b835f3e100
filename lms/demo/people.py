"""Who works at Northlane: rows of a people file, drawn from a seed."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

ROOT_TEAM = "Northlane"
QUEUES = ("abuse-reports", "escalations", "legal-requests")


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """A team of the demo and who coaches it."""

    path: str
    zone: str
    coach: str


TEAMS = (
    TeamPlan("Northlane/Dublin days", "Europe/Dublin", "cole"),
    TeamPlan("Northlane/Dublin nights", "Europe/Dublin", "maeve.byrne"),
    TeamPlan("Northlane/Austin", "America/Chicago", "carmen.ortega"),
    TeamPlan("Northlane/Manila", "Asia/Manila", "jun.delacruz"),
)
AGENTS_PER_TEAM = 15

FIRST = (
    "Aoife Bartosz Chidi Dalia Eamon Fatima Gustavo Hana Ivo Jasmine Kofi Leila Marek Nadia Oisin Priya Quentin Rosa "
    "Stefan Thandi Umar Valeria Wen Xenia Yusuf Zofia Anselm Brigid Cesar Divya Emeka Freya Goran Hyun Ines Jonas "
    "Luca Mirela Nils Olga Paolo Rania Soren Tadeusz Una Viktor Wanda Yara Zane Amparo Benedikt Corazon Danilo Esra"
).split()
LAST = (
    "Adeyemi Barros Castellanos Dvorak Eriksen Fitzgerald Grabowska Hussein Ibarra Janssen Kowalczyk Lindqvist "
    "Mac-Giolla-Phadraig Nakamura Okonkwo Papadopoulos Quintero Ramanathan Santos Tanaka Ustinova Villanueva "
    "Wisniewski Ximenes Yilmaz Zielinski Abernathy Bautista Czerny Delacroix"
).split()


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One row of the people file."""

    external_id: str
    name: str
    email: str
    role: str
    team: str
    zone: str
    queues: tuple[str, ...]
    starts_on: date
    coach: str = ""

    def cells(self) -> list[str]:
        """In the order of COLUMNS."""
        coach = f"{self.coach}@demo.example" if self.coach else ""
        starts_on = self.starts_on.isoformat()
        return [
            self.external_id, self.name, self.email, self.role, self.team, "", coach,
            ";".join(self.queues), self.zone, "en", starts_on, "", starts_on,
        ]  # fmt: skip


COLUMNS = (
    "external_id", "name", "email", "role", "team", "vendor", "coach_email",
    "queues", "timezone", "language", "starts_on", "ends_on", "effective_on",
)  # fmt: skip


def staff(begin: date) -> list[DemoPerson]:
    """Coaches, the lead, the policy owner and the administrator."""

    def somebody(name: str, role: str, team: str, zone: str) -> DemoPerson:
        shown = " ".join(part.capitalize() for part in name.split("."))
        return DemoPerson(name, shown, f"{name}@demo.example", role, team, zone, (), begin)

    return [
        somebody("lena", "lead", ROOT_TEAM, "Europe/Dublin"),
        somebody("pia", "owner", ROOT_TEAM, "America/Los_Angeles"),
        somebody("rune", "administrator", ROOT_TEAM, "Europe/Oslo"),
        *(somebody(team.coach, "coach", team.path, team.zone) for team in TEAMS),
    ]


def agents(begin: date, today: date, random: Random) -> list[DemoPerson]:
    """Sixty agents: most from the beginning, some who joined on the way, four within the last fortnight."""
    names = [f"{first} {last}" for first in FIRST for last in LAST]
    random.shuffle(names)
    made: list[DemoPerson] = []
    for place, team in enumerate(TEAMS):
        for number in range(AGENTS_PER_TEAM):
            name, starts_on = names.pop(), begin
            if number >= AGENTS_PER_TEAM - 3:
                starts_on = begin + timedelta(days=random.randrange(20, 140))
            if number == AGENTS_PER_TEAM - 1:
                starts_on = today - timedelta(days=3 + 3 * place)
            key = name.casefold().replace(" ", ".").replace("'", "")
            made.append(
                DemoPerson(
                    key,
                    name,
                    f"{key}@demo.example",
                    "agent",
                    team.path,
                    team.zone,
                    _queues(number),
                    starts_on,
                    team.coach,
                )
            )
    made[0] = _named(made[0], "ada", "Ada Whelan", QUEUES)
    made[2 * AGENTS_PER_TEAM] = _named(made[2 * AGENTS_PER_TEAM], "sam", "Sam Whitaker", QUEUES[:2])
    return made


def _queues(number: int) -> tuple[str, ...]:
    """Most take abuse reports, a third escalations too, a third legal requests."""
    mine = {QUEUES[0]} if number % 5 != 4 else {QUEUES[2]}
    if number % 3 == 0:
        mine.add(QUEUES[1])
    if number % 4 == 1:
        mine.add(QUEUES[2])
    return tuple(queue for queue in QUEUES if queue in mine)


def _named(person: DemoPerson, key: str, name: str, queues: tuple[str, ...]) -> DemoPerson:
    return DemoPerson(
        key, name, f"{key}@demo.example", "agent", person.team, person.zone, queues, person.starts_on, person.coach
    )
