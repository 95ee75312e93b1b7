"""Queries take turns: cheap ones at once, dear ones behind, and nobody's many before anybody's few."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
import time
from asyncio import Future
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

import pytest

from kg.answers import Wanted
from kg.build import Built
from kg.errors import Busy, Crashed, OutOfTime, SyntaxFault, TooMany
from kg.sandbox import Nursery, Plan, Question
from kg.sandbox.answering import READY
from kg.sandbox.fairness import FairQueue, Ledger
from kg.sandbox.hand import Hand
from kg.sandbox.tasks import Task

T = TypeVar("T")
CHEAP = Question("ASK { ?s ?p ?o }", Wanted())
SECONDS = 1.5


def dear(number: int = 0) -> Question:
    """A query that never ends; each number is another text."""
    return Question(
        f"SELECT (COUNT(*) AS ?n{number}) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }}", Wanted()
    )


@pytest.fixture(scope="module")
def nursery(built: Built) -> Iterator[Nursery]:
    plan = Plan(dear=2, patience=2.0, most=8)
    nursery = Nursery(str(built.folder / "store"), built.version, plan)
    assert ask(nursery, CHEAP, "first") == "answered"
    yield nursery
    nursery.close()


def ask(nursery: Nursery, question: Question, client: str, seconds: float = SECONDS) -> str:
    """How a question ends: "answered", or the name of what was raised."""
    try:
        nursery.ask(question, client, seconds).value()
    except Exception as error:
        return type(error).__name__
    return "answered"


# Whose turn it is ------------------------------------------------------------------------------------------


def test_who_used_least_is_next_and_each_keeps_their_order():
    ledger = Ledger(lambda: 0.0)
    queue: FairQueue[str] = FairQueue(ledger)
    ledger.charge("greedy", 3.0)
    for what in ("g1", "g2"):
        queue.put("greedy", what)
    for what in ("m1", "m2"):
        queue.put("modest", what)
    assert [queue.take(), queue.take()] == ["m1", "m2"]
    queue.put("new", "n1")
    assert queue.take(lambda client: client != "new") == "g1"
    assert [queue.take(), queue.take(), queue.take()] == ["n1", "g2", None]
    for what, first in (("second", False), ("third", False), ("first", True)):
        queue.put("modest", what, first)
    assert [queue.take(), queue.take(), queue.take()] == ["first", "second", "third"]


def test_what_was_used_is_forgotten_by_half():
    now = [0.0]
    ledger = Ledger(lambda: now[0])
    ledger.charge("one", 8.0)
    now[0] = 20.0
    assert ledger.used("one") == pytest.approx(2.0)
    assert ledger.used("other") == 0.0


def test_what_is_not_wanted_any_more_is_dropped():
    queue: FairQueue[int] = FairQueue(Ledger(lambda: 0.0))
    for number in range(6):
        queue.put(f"client {number % 2}", number)
    assert sorted(queue.drop(lambda number: number > 2)) == [3, 4, 5]
    assert sorted(queue) == [0, 1, 2]
    assert len(queue) == 3


# The workers -----------------------------------------------------------------------------------------------


def test_answers_and_errors_come_back_whole(nursery: Nursery):
    reply = nursery.ask(CHEAP, "a", SECONDS)
    assert b"true" in reply.value().body
    with pytest.raises(SyntaxFault) as fault:
        nursery.ask(Question("SELECT * {\n  ?s ?p }", Wanted()), "a", SECONDS).value()
    assert (fault.value.line, fault.value.column is not None) == (2, True)


def test_a_page_gets_the_beginning_and_the_number_of_all(nursery: Nursery):
    rows = Question("SELECT ?s { ?s ?p ?o } LIMIT 50", Wanted(), most=3)
    reply = nursery.ask(rows, "a", SECONDS)
    assert (len(reply.value().table()), reply.of) == (3, 50)


def test_a_dear_query_is_stopped_in_time_and_cheap_ones_are_answered_meanwhile(nursery: Nursery):
    with ThreadPoolExecutor(4) as threads:
        began = time.monotonic()
        ends = [threads.submit(ask, nursery, dear(n), f"dear {n}") for n in range(2)]
        time.sleep(0.4)
        times = []
        for _ in range(30):
            asked = time.monotonic()
            assert ask(nursery, CHEAP, "cheap") == "answered"
            times.append(time.monotonic() - asked)
        assert sorted(times)[15] < 0.5
        assert [end.result() for end in ends] == ["OutOfTime", "OutOfTime"]
        assert SECONDS <= time.monotonic() - began < SECONDS + 1.5


def test_one_client_has_one_dear_place_and_the_other_is_left_to_others(nursery: Nursery):
    with ThreadPoolExecutor(4) as threads:
        greedy = [threads.submit(ask, nursery, dear(10 + n), "greedy") for n in range(3)]
        time.sleep(0.5)
        other = threads.submit(ask, nursery, dear(20), "other")
        held = []
        while not other.done():
            tasks = [hand.task for hand in list(nursery._hands)]
            held.append(sum(1 for it in tasks if it and it.dear and it.client == "greedy"))
            time.sleep(0.02)
        assert other.result() == "OutOfTime"
        assert max(held) <= 1
        assert {end.result() for end in greedy} <= {"OutOfTime", "TooMany"}


def test_where_all_dear_places_are_taken_a_newcomer_is_told_so(nursery: Nursery):
    with ThreadPoolExecutor(4) as threads:
        taken = [threads.submit(ask, nursery, dear(30 + n), f"taker {n}", 6.0) for n in range(2)]
        while nursery.standing()["dear"] < 2:
            time.sleep(0.01)
        # A text that was dear before is not tried in a quick place again.
        assert ask(nursery, dear(30), "newcomer") == "Busy"
        assert [end.result() for end in taken] == ["OutOfTime", "OutOfTime"]


def test_saved_questions_have_dear_places_of_their_own(nursery: Nursery):
    """Were they visitors', both would be told to come again: the places are taken."""
    with ThreadPoolExecutor(4) as threads:
        taken = [threads.submit(ask, nursery, dear(50 + n), f"taker {n}", 2.5) for n in range(2)]
        time.sleep(0.5)
        ours = Question(dear(60).text, Wanted(), ours=True)
        assert ask(nursery, ours, "newcomer", 0.5) == "OutOfTime"
        assert [end.result() for end in taken] == ["OutOfTime", "OutOfTime"]


def test_one_client_has_so_many_at_once_and_no_more(nursery: Nursery):
    with ThreadPoolExecutor(12) as threads:
        ends = [threads.submit(ask, nursery, dear(70 + n), "flood", 0.6) for n in range(12)]
        assert [end.result() for end in ends].count("TooMany") >= 4


def test_a_worker_that_dies_is_replaced(nursery: Nursery):
    victims = [hand._process.pid for hand in nursery._hands]
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    for _ in range(20):
        if ask(nursery, CHEAP, "a") == "answered":
            break
        time.sleep(0.1)
    assert ask(nursery, CHEAP, "a") == "answered"


def test_where_no_worker_can_start_tries_grow_rare_and_the_operator_is_told(tmp_path, caplog):
    """A folder without a store: each worker ends before it is ready."""
    nursery = Nursery(str(tmp_path / "nothing"), "none", Plan(quick=2, spare=0))
    time.sleep(4.0)  # the tries come after 0, 0.5, 1.5 and 3.5 s, and however long a start takes
    tries = nursery.counts["unborn"]
    nursery.close()
    assert 2 <= tries <= 4
    said = [record.getMessage() for record in caplog.records if "could not start" in record.msg]
    assert len(said) == tries
    assert [line.rpartition("is in ")[2] for line in said] == ["0.5 s.", "1 s.", "2 s.", "4 s."][
        :tries
    ]


def test_who_loses_interest_frees_the_place(nursery: Nursery):
    async def leave() -> None:
        asked = nursery.answer(dear(80), "leaver", 30.0)
        await asyncio.sleep(0.5)
        asked.cancel()
        await asyncio.sleep(0.2)

    asyncio.run_coroutine_threadsafe(leave(), nursery.loop).result()
    assert [hand for hand in nursery._hands if hand.task] == []


def test_after_closing_nobody_is_left_waiting(built: Built):
    nursery = Nursery(str(built.folder / "store"), built.version, Plan(quick=1, spare=0))
    assert ask(nursery, CHEAP, "a") == "answered"
    ends: list[str] = []
    thread = threading.Thread(target=lambda: ends.append(ask(nursery, dear(90), "a", 30.0)))
    thread.start()
    time.sleep(0.3)
    nursery.close()
    thread.join(5)
    assert ends == ["Busy"]


def test_what_is_said_names_the_limit():
    assert "10 s" in str(OutOfTime(10.0))
    assert "64 queries" in str(TooMany(64))
    assert all(str(error).endswith((".", "?")) for error in (Busy(), Crashed(), TooMany(1)))


# What is sent ahead ----------------------------------------------------------------------------------------


FEW = "{ SELECT ?a { ?a ?b ?c } LIMIT 15 }"
LONG = Question(f"SELECT (COUNT(*) AS ?n) {{ {FEW} ?d ?e ?f }}", Wanted())  # about half a second


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was begun is thought to be done at once, however slow this machine is."""
    monkeypatch.setattr("kg.sandbox.nursery._AT_ONCE", 60.0)


def ahead(
    built: Built, first: Question, then: Callable[[Hand[Task], Future], None]
) -> list[object]:
    """How two questions end of which the second was sent ahead to the worker that is at work on the first."""

    async def both() -> list[object]:
        async with two_workers(built, Plan(quick=1, spare=1)) as nursery:
            replies = [nursery.answer(first, "one", 20.0), nursery.answer(CHEAP, "two", 20.0)]
            (hand,) = nursery._busy()
            assert (hand.task.question, hand.next.question) == (first, CHEAP)
            then(hand, replies[0])
            ended = await asyncio.gather(*replies, return_exceptions=True)
            ended = [one if isinstance(one, BaseException) else one.value().body for one in ended]
            again = (await nursery.answer(CHEAP, "three", 20.0)).value().body
            assert b"true" in again
            assert nursery.standing()["waiting"] == 0
            return [*ended, hand in nursery._hands, nursery.counts["answered"]]

    return on_a_loop(both)


def on_a_loop(work: Callable[[], Coroutine[None, None, T]]) -> T:
    """What some work comes to on a loop of its own, in a thread: one of a test before may be left in this one."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, work()).result()


@asynccontextmanager
async def two_workers(built: Built, plan: Plan) -> AsyncIterator[Nursery]:
    """A nursery on this loop whose two workers are ready, and that has answered one query."""
    folder = str(built.folder / "store")
    nursery = Nursery(folder, built.version, plan, asyncio.get_running_loop())
    try:
        await nursery.answer(CHEAP, "first", 60.0)
        while len(nursery._idle) < 2:
            await asyncio.sleep(0.02)
        yield nursery
    finally:
        nursery.close()


def nothing(hand: Hand[Task], reply: Future) -> None:
    pass


@pytest.mark.usefixtures("trusting")
def test_what_was_sent_ahead_is_answered_in_turn(built: Built):
    rows = Question("SELECT ?s { ?s ?p ?o } LIMIT 3", Wanted())
    first, second, stays, answered = ahead(built, rows, nothing)
    assert json.loads(first)["results"]["bindings"][2]
    assert json.loads(second) == {"head": {}, "boolean": True}
    assert (stays, answered) == (True, 4)


@pytest.mark.usefixtures("trusting")
def test_what_was_sent_ahead_does_not_wait_for_a_long_query(built: Built):
    """It is answered by another worker, once, and what the first makes of it is nobody's."""
    done: list[str] = []

    def note(hand: Hand[Task], reply: Future) -> None:
        hand.next.future.add_done_callback(lambda _: done.append("second"))
        reply.add_done_callback(lambda _: done.append("first"))

    first, second, _, answered = ahead(built, LONG, note)
    assert done == ["second", "first"]
    counted = built.open().answer("SELECT (COUNT(*) AS ?n) { ?d ?e ?f }").table().rows[0]["n"]
    assert int(json.loads(first)["results"]["bindings"][0]["n"]["value"]) == 15 * int(counted.value)
    assert (json.loads(second)["boolean"], answered) == (True, 4)


@pytest.mark.usefixtures("trusting")
def test_what_was_sent_ahead_outlives_its_worker_and_who_asked_before(built: Built):
    first, second, stays, _ = ahead(built, dear(90), lambda hand, reply: hand._process.kill())
    assert (type(first), json.loads(second)["boolean"], stays) == (Crashed, True, False)
    first, second, stays, _ = ahead(built, dear(91), lambda hand, reply: reply.cancel())
    assert type(first) is asyncio.CancelledError
    assert (json.loads(second)["boolean"], stays) == (True, False)


@pytest.mark.usefixtures("trusting")
def test_an_idle_worker_takes_over_what_waits_behind_a_long_query(
    built: Built, monkeypatch: pytest.MonkeyPatch
):
    """No moment passes here, after which it would be sent to another anyway."""
    monkeypatch.setattr("kg.sandbox.nursery._MOMENT", 60.0)

    async def taken_over() -> None:
        async with two_workers(built, Plan(quick=2, spare=0)) as nursery:
            endless = nursery.answer(dear(92), "one", 60.0)
            (slow,) = nursery._busy()
            cheap = [nursery.answer(CHEAP, f"cheap {n}", 60.0) for n in range(3)]
            ahead = {hand: hand.next for hand in nursery._busy()}
            assert len(ahead) == 2
            assert {task.future for task in ahead.values()} == set(cheap[1:])
            monkeypatch.setattr("kg.sandbox.nursery._AT_ONCE", 0.0)  # now it is late
            waits = ahead[slow].future
            await asyncio.gather(*(one for one in cheap if one is not waits))
            assert slow.next.future is not waits
            assert b"true" in (await waits).value().body
            assert slow.task.question == dear(92)
            endless.cancel()

    on_a_loop(taken_over)


def test_a_dear_query_goes_behind_only_when_the_processors_are_wanted(built: Built):
    """Who went behind cannot come back, and somebody else has to be begun instead."""
    plan = Plan(quick=2, spare=0, slice=0.0, processors=1)

    async def made_way() -> None:
        async with two_workers(built, plan) as nursery:
            alone = nursery.answer(LONG, "one", 60.0)
            (hand,) = nursery._busy()
            (await alone).value()
            assert nursery.counts["dear"] == 1
            assert not hand.is_behind
            assert hand in nursery._idle
            endless = nursery.answer(dear(93), "one", 60.0)
            (hand,) = nursery._busy()
            while not hand.task.dear:
                await asyncio.sleep(0.01)
            assert not hand.is_behind
            other = nursery.answer(CHEAP, "two", 60.0)
            assert hand.is_behind
            (await other).value()
            endless.cancel()

    on_a_loop(made_way)


@pytest.mark.parametrize("message", [b"", b"x" * 20, b"\0" * 8 + b"\0\2{}", READY[:-1]])
def test_a_worker_that_says_what_no_worker_says_is_ended(built: Built, message: bytes):
    async def ended() -> None:
        async with two_workers(built, Plan(quick=2, spare=0)) as nursery:
            endless = nursery.answer(dear(95), "one", 60.0)
            (hand,) = nursery._busy()
            nursery._hears(hand, message)
            assert isinstance(endless.exception(), Crashed)
            assert hand not in nursery._hands
            assert (await nursery.answer(CHEAP, "two", 60.0)).value()

    on_a_loop(ended)
