"""A record behaves as the dataclass that a type checker takes it for."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError, field
from functools import cached_property

import pytest

from agentflow_lint.records import once, record


@record(frozen=True)
class Port:
    number: int
    name: str = "http"
    tags: list[str] = field(default_factory=list, compare=False)
    secret: str = field(default="", repr=False)

    @cached_property
    def is_low(self) -> bool:
        return self.number < 1024


@record(frozen=True)
class Mapped(Port):
    inside: int = 0


@record
class Open:
    value: int = 0


@record(eq=False)
class Thing:
    value: int


@once
def doubled(of: Thing) -> int:
    return of.value * 2


@record(frozen=True)
class Bare:
    pass


@record(frozen=True)
class Caseless:
    word: str

    def __eq__(self, other):
        return isinstance(other, Caseless) and self.word.lower() == other.word.lower()

    def __repr__(self):
        return f"<{self.word}>"


@pytest.fixture(params=["few", "many"], autouse=True)
def _instances(request):
    """What holds for the first instances holds for those of a class that is made often."""
    if request.param == "many":
        for _ in range(100):
            Port(80), Mapped(80), Open(), Thing(1), Bare(), Caseless("a")


def test_a_class_that_is_made_often_gets_an_initializer_of_its_own():
    @record(frozen=True)
    class Often:
        number: int
        state: tuple[str, ...] = ()

    general = Often.__init__
    assert [Often(number).number for number in range(200)] == list(range(200))
    assert Often.__init__ is not general
    assert Often(1) == Often(number=1, state=())

    class Heir(Often):
        pass

    assert Heir(2, ("a",)).state == ("a",)


def test_a_required_field_behind_an_optional_one_is_refused_at_once():
    with pytest.raises(TypeError, match="Late: a field without a default"):

        @record
        class Late:
            first: int = 1
            second: str  # type: ignore[misc]


def test_fields_come_by_position_by_name_and_by_default():
    port = Port(80, tags=["a"])
    assert (port.number, port.name, port.tags, port.secret) == (80, "http", ["a"], "")
    assert Port(80).tags is not Port(80).tags
    mapped = Mapped(80, "web", [], "", 8080)
    assert (mapped.name, mapped.inside) == ("web", 8080)
    assert [each.name for each in dataclasses.fields(Mapped)] == ["number", "name", "tags", "secret", "inside"]


@pytest.mark.parametrize(
    ("values", "named"),
    [
        pytest.param((), {}, id="missing"),
        pytest.param((1, "a", [], "", 5), {}, id="too many"),
        pytest.param((1,), {"number": 2}, id="twice"),
        pytest.param((1,), {"colour": "red"}, id="unknown"),
        pytest.param((), {"colour": "red"}, id="unknown instead of missing"),
    ],
)
def test_other_arguments_are_refused(values, named):
    with pytest.raises(TypeError, match="Port"):
        Port(*values, **named)


def test_equality_is_that_of_class_and_compared_fields():
    assert Port(80, tags=["a"]) == Port(80, tags=["b"])
    assert hash(Port(80, tags=["a"])) == hash(Port(80, tags=["b"]))
    assert Port(80) != Port(81)
    assert Port(80) != Mapped(80)
    assert Port(80) not in [(80, "http", ""), 80]
    assert Bare() == Bare()
    assert {Bare(), Bare()} == {Bare()}
    low = Port(80)
    assert low.is_low
    assert low == Port(80)  # what is cached is no field
    assert Caseless("A") == Caseless("a")
    assert isinstance(hash(Caseless("A")), int)


def test_what_can_change_has_no_hash_unless_it_is_compared_by_identity():
    assert Open(1) == Open(1)
    with pytest.raises(TypeError, match="unhashable"):
        hash(Open(1))
    thing = Thing(1)
    assert thing != Thing(1)
    assert {thing: 1}[thing] == 1


def test_frozen_records_refuse_change():
    port = Port(80)
    with pytest.raises(FrozenInstanceError, match="number"):
        port.number = 1  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError, match="number"):
        del port.number
    opened = Open(1)
    opened.value = 2
    assert opened == Open(2)


def test_repr_shows_what_is_to_be_shown():
    assert repr(Port(80, secret="hunter2")) == "Port(number=80, name='http', tags=[])"
    assert repr(Caseless("A")) == "<A>"
    cyclic = Port(80)
    cyclic.tags.append(cyclic)  # type: ignore[arg-type]
    assert repr(cyclic) == "Port(number=80, name='http', tags=[...])"


def test_the_functions_for_dataclasses_work_on_records():
    assert dataclasses.is_dataclass(Port)
    assert dataclasses.replace(Port(80), name="web") == Port(80, "web")
    assert dataclasses.asdict(Mapped(80)) == {"number": 80, "name": "http", "tags": [], "secret": "", "inside": 0}
    match Port(80):
        case Port(number, name):
            assert (number, name) == (80, "http")


def test_records_can_be_copied_and_pickled():
    port = Port(80, tags=["a"])
    assert copy.deepcopy(port) == port
    assert copy.deepcopy(port).tags is not port.tags
    assert pickle.loads(pickle.dumps(Bare())) == Bare()


def test_what_has_been_read_off_a_record_stays_with_it():
    thing = Thing(2)
    assert doubled(thing) == 4
    for other in (
        copy.copy(thing),
        copy.deepcopy(thing),
        pickle.loads(pickle.dumps(thing)),
        dataclasses.replace(thing),
    ):
        assert other.value == 2
        other.value = 3
        assert doubled(other) == 6
    assert doubled(thing) == 4
