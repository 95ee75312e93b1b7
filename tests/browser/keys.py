"""The keyboard alone, as somebody uses it who has no mouse. What is reached shows that it is, and can be left again."""

from __future__ import annotations

_REACHED = """() => {
  const at = document.activeElement;
  const box = at.getBoundingClientRect(), look = getComputedStyle(at);
  const words = at.labels?.[0]?.textContent ?? (at.matches("a, button, summary") ? at.textContent : "");
  const said = `${at.getAttribute("aria-label") ?? ""} ${words}`;
  window.reached ??= new WeakSet();
  const before = window.reached.has(at);
  window.reached.add(at);
  return {
    said, before, body: at === document.body,
    shown: look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2,
    inside: box.bottom > 0 && box.top < innerHeight,
  };
}"""


def tab_to(page, words: str) -> None:
    """Press Tab until what is reached says these words; each stop shows itself, and none comes twice."""
    for _ in range(600):
        page.keyboard.press("Tab")
        reached = page.evaluate(_REACHED)
        assert not reached["body"], f"Tab reaches nothing that says {words!r}"
        assert reached["shown"], f"it is not seen where one is: {reached['said']!r}"
        assert reached["inside"], f"it lies out of sight: {reached['said']!r}"
        if words in reached["said"]:
            return
        assert not reached["before"], f"Tab is caught at {reached['said']!r}"
    raise AssertionError(f"Tab reaches nothing that says {words!r}")


def enter(page, words: str) -> None:
    """Go to what says these words and press Enter."""
    tab_to(page, words)
    page.keyboard.press("Enter")


def past_the_heading(page) -> None:
    """The way that the first key offers: into the content."""
    enter(page, "Skip to the content")
