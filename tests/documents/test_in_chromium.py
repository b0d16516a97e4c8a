"""Dropping files in a real Chromium: each goes by itself, and says what came of it."""

from tests.chromium import come_back, violations
from tests.factories import make_meeting, make_user
from tests.postgres import on_sqlite

DROP = """
([names, content]) => {
  const data = new DataTransfer();
  const contentOf = (name) => (name.startsWith("empty") ? "" : content + name);
  for (const name of names) data.items.add(new File([contentOf(name)], name));
  const drop = (kind) => document.body.dispatchEvent(
    new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data }));
  drop("dragenter");
  drop("dragover");
  const isMarked = document.querySelector("form[data-uploads]").hasAttribute("data-over");
  drop("drop");
  return [isMarked, document.querySelectorAll("[data-sending] progress").length];
}
"""


@on_sqlite
def test_dropped_files_are_sent_one_by_one_and_each_says_what_came_of_it(app, page, instance):
    home = f"/meetings/{make_meeting().id}/documents"
    come_back(page, make_user())
    page.goto(home)
    names = ["Хаттама.pdf", "empty.pdf", "program.exe", "second.pdf"]
    assert page.evaluate(DROP, [names, "%PDF-1.7 %%EOF "]) == [True, 3]
    lines = page.locator("[data-sending] li")
    page.locator("[data-sending] progress").first.wait_for(state="detached")
    page.locator("[data-documents] .sk-row").nth(1).wait_for()
    told = [" ".join(one.split()) for one in lines.all_inner_texts()]
    assert told[0] == "Хаттама.pdf Kept"
    assert told[1] == "empty.pdf Not kept: The file is empty"
    assert told[2].startswith("program.exe Not kept: Files of this kind are not accepted")
    assert told[3] == "second.pdf Kept"
    shown = page.locator("[data-documents] .sk-row-t > a").all_inner_texts()
    assert shown == ["second.pdf", "Хаттама.pdf"]
    assert page.locator(".sk-tabs a[aria-current]").inner_text() == "Documents2"
    assert page.locator("[data-sending-live]").inner_text() != ""
    assert violations(page) == []
    page.locator("[data-documents] a", has_text="second.pdf").first.wait_for()
    with page.expect_download() as got:
        page.locator("[data-documents] .sk-row-a a").first.click()
    assert got.value.suggested_filename == "second.pdf"
