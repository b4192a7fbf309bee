"""Clicks through the treemap of a world: see treemap.sh."""

import pathlib
import shutil
import sys

from playwright.sync_api import expect, sync_playwright

folder = pathlib.Path(sys.argv[1]).resolve()
browser_path = shutil.which("chromium") or shutil.which("google-chrome")

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    mistakes = []
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    page.on("console", lambda message: message.type == "error" and mistakes.append(message.text))
    page.on("request", lambda request: request.url.startswith("http") and mistakes.append(request.url))
    page.goto((folder / "world.html").as_uri())

    part = lambda name: page.locator(f'.part[data-name="{name}"]')
    expect(page.locator("nav")).to_have_text("root")
    expect(page.locator("#facts")).to_contain_text("GameWorld: 10.0 MiB in the file (100.0 %)")
    for name in [".terrain", ".players", ".all_players"]:
        expect(part(name)).to_be_visible()
    # Areas are as the bytes are.
    area = lambda name: (lambda box: box["width"] * box["height"])(part(name).bounding_box())
    ratio = area(".terrain") / (area(".players") + area(".all_players"))
    assert 2.7 < ratio < 3.3, ratio
    # Names stand at the top, where nothing lies over them.
    for name in [".terrain", ".players", ".all_players"]:
        box, label = part(name).bounding_box(), part(name).locator("b").bounding_box()
        assert label["y"] - box["y"] < 10, (name, box, label)
    page.screenshot(path=folder / "treemap.png")

    part(".players").hover()
    expect(page.locator("#facts")).to_contain_text("HashMap<String, Player>: 1.3 MiB")
    part(".players").click()
    expect(page.locator("nav")).to_have_text("rootplayers")
    expect(part("[*]")).to_be_visible()
    expect(part("[key]")).to_be_visible()
    part("[*]").click()
    expect(page.locator("nav")).to_have_text("rootplayers[*]")
    expect(part(".inventory")).to_be_visible()
    expect(page.locator("#facts")).to_contain_text("2,621 values")
    page.mouse.move(0, 0)
    page.screenshot(path=folder / "treemap-clicked.png")

    page.locator("nav button").nth(1).click()
    expect(page.locator("nav")).to_have_text("rootplayers")
    page.keyboard.press("Escape")
    expect(page.locator("nav")).to_have_text("root")
    page.set_viewport_size({"width": 600, "height": 900})
    expect(part(".terrain")).to_be_visible()
    assert not mistakes, mistakes
    browser.close()
print(f"clicked through; screenshots are in {folder}")
