"""What surrounds a work, in Chromium: a voice is recorded and heard, a large file goes on where the network was cut."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import Site

LARGE = 13 * 1024 * 1024


@pytest.fixture
def practical(site: Site) -> str:
    return door_of(site, "M16")


def door_of(site: Site, module: str) -> str:
    return site.shell(
        "from assessments.models import PracticalPage\n"
        "from curriculum.models import ModulePage\n"
        f"m = ModulePage.objects.get(code='{module}')\n"
        "print(PracticalPage.objects.live().child_of(m).order_by('path').first().door_path())"
    )


def test_voice_is_recorded_heard_and_joins_the_draft(open_page: Callable[..., Page], practical: str) -> None:
    page = open_page(width=360, user="moussa")
    page.goto(practical)
    recorder = page.locator("[data-recorder]")
    recorder.get_by_role("button", name="Enregistrer la voix").click()
    expect(recorder.get_by_role("status")).to_have_text("Ça enregistre.")
    page.wait_for_timeout(1500)
    recorder.get_by_role("button", name="Arrêter").click()
    expect(recorder.locator("audio")).to_be_visible()
    expect(recorder.get_by_role("button", name="Refaire")).to_be_visible()
    expect(page.locator("#mes-fichiers li")).to_have_count(0)  # not before it was said
    recorder.get_by_role("button", name="Mettre dans mon brouillon").click()
    heard = page.locator("#mes-fichiers audio")
    expect(heard).to_have_count(1)
    seconds = heard.evaluate(
        "sound => new Promise(done => { sound.onloadeddata = () => done(sound.readyState); sound.onerror = () => done(-1); sound.load(); sound.play(); })"
    )
    assert seconds >= 2
    expect(recorder.get_by_role("button", name="Enregistrer la voix")).to_be_visible()  # the piece of page that came back starts too


def test_large_file_goes_on_where_the_network_was_cut(open_page: Callable[..., Page], site: Site, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"\x00\x00\x00\x20ftypisom" + bytes(LARGE - 12))
    page = open_page(width=360, user="moussa")
    page.goto(door_of(site, "M17"))
    sent: list[str] = []

    def cut_once(route: Route) -> None:
        sent.append(route.request.headers["upload-offset"])
        if len(sent) == 2:
            route.abort("internetdisconnected")
        else:
            route.continue_()

    page.route("**/envois/*/", lambda route: cut_once(route) if route.request.method == "PATCH" else route.continue_())
    page.set_input_files("#id_uploads", film)
    expect(page.locator("#mes-fichiers .name")).to_have_text("film.mp4", timeout=60_000)
    piece = 4 * 1024 * 1024
    assert [int(offset) for offset in sent] == [0, piece, piece, 2 * piece, 3 * piece]
