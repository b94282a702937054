"""What WeChat and people with little sight, large fingers or an old telephone ask of the files."""

from __future__ import annotations

import re

import pytest

from tests.miniprogram.package import ROOT, document, files, pages, tags, tokens, words

PACKAGE_BYTES_MAX = 2 * 1024 * 1024  # WeChat's limit for one package
LIBRARY_BYTES_MAX = 100 * 1024  # of qrcode-generator, which "构建 npm" puts beside it
CONTRAST_MIN = 4.5  # WCAG 2.1 and 适老化设计规范, for text below 18 pt
TAP_PX, TAP_LARGE_PX = 44, 60
TYPE_PX, TYPE_LARGE_PX = 17, 24

ON_WHAT = {
    "--ink": ("--paper", "--card", "--accent-2", "--care-2", "--danger-2"),
    "--ink-2": ("--paper", "--card", "--accent-2"),
    "--accent": ("--paper", "--card"),
    "--danger": ("--paper", "--card"),
}
WITH_A_LABEL = {"button", "image", "input", "textarea", "switch", "picker"}
OPENED_BY_A_ROW = {"hl-cell"}


def luminance(colour: str) -> float:
    """Relative luminance. Source: WCAG 2.1, definition."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21. Source: WCAG 2.1, definition."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def pixels(text: str) -> float:
    return float(text.removesuffix("px"))


class TestPages:
    @pytest.mark.parametrize("page", pages())
    def test_every_page_has_its_four_files(self, page):
        assert {path.suffix for path in (ROOT / page).parent.iterdir()} == {
            ".js",
            ".json",
            ".wxml",
            ".wxss",
        }

    def test_every_folder_of_a_page_is_listed_and_the_front_page_is_first(self):
        folders = {path.name for path in (ROOT / "pages").iterdir()}

        assert folders == {page.split("/")[1] for page in pages()}
        assert pages()[0] == "pages/front/front"

    def test_the_tests_have_all_of_them_on_their_stage(self):
        listed = document("tests/stage/stage.json")["usingComponents"]

        assert listed == {f"page-{page.split('/')[1]}": f"../../{page}" for page in pages()}

    @pytest.mark.parametrize("page", pages())
    def test_every_page_has_a_way_to_leave_at_once_and_help(self, page):
        used = {name for name, _attributes in tags(ROOT / f"{page}.wxml")}

        assert {"hl-leave", "hl-foot"} <= used

    @pytest.mark.parametrize("page", pages())
    def test_every_part_a_page_uses_is_declared_and_no_other(self, page):
        used = {name for name, _attributes in tags(ROOT / f"{page}.wxml") if "hl-" in name}

        assert used == set(document(f"{page}.json")["usingComponents"])

    def test_nothing_outside_of_a_page_says_what_it_is_about(self):
        titles = [document(f"{page}.json")["navigationBarTitleText"] for page in pages()]
        outside = [
            *titles,
            document("app.json")["window"]["navigationBarTitleText"],
            document("project.config.json")["projectname"],
            *words("zh", "share").values(),
        ]

        assert all(outside)
        assert "离婚" not in "".join(outside)
        assert words("zh", "share")["invitation"] == "一项政务预约需要您确认"


class TestPackage:
    def test_is_below_the_limit_with_what_npm_adds(self):
        size = sum(path.stat().st_size for path in files())

        assert size + LIBRARY_BYTES_MAX < PACKAGE_BYTES_MAX / 4

    def test_has_one_library_and_only_what_it_needs_to_be_tested(self):
        package = document("package.json")

        assert list(package["dependencies"]) == ["qrcode-generator"]
        assert len(package["devDependencies"]) <= 6
        versions = [*package["dependencies"].values(), *package["devDependencies"].values()]
        assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)

    def test_says_whose_it_is_nowhere_before_an_operator_does(self):
        assert document("project.config.json")["appid"] == "wx0000000000000000"
        assert "https://heli.example.cn" in (ROOT / "config.js").read_text("utf-8")


class TestAccess:
    @pytest.mark.parametrize(
        "markup", files("wxml"), ids=lambda path: path.relative_to(ROOT).as_posix()
    )
    def test_everything_to_tap_fill_in_or_look_at_has_a_name(self, markup):
        nameless = [
            (name, attributes)
            for name, attributes in tags(markup)
            if (name in WITH_A_LABEL or "bindtap" in attributes)
            and not (attributes.get("aria-label") or attributes.get("aria-hidden"))
        ]

        assert nameless == []

    @pytest.mark.parametrize(
        "markup", files("wxml"), ids=lambda path: path.relative_to(ROOT).as_posix()
    )
    def test_everything_to_tap_says_that_it_is_a_button_or_a_box_to_tick(self, markup):
        silent = [
            (name, attributes)
            for name, attributes in tags(markup)
            if (name == "button" or "bindtap" in attributes)
            and attributes.get("aria-role") not in ("button", "checkbox")
        ]

        assert silent == []

    @pytest.mark.parametrize(
        ("ink", "paper"), [(ink, paper) for ink, papers in ON_WHAT.items() for paper in papers]
    )
    def test_text_stands_out(self, ink, paper):
        colours = tokens(".page")

        assert contrast(colours[ink], colours[paper]) >= CONTRAST_MIN

    def test_white_stands_out_on_the_main_button(self):
        colours = tokens(".page")

        assert contrast("#ffffff", colours["--accent"]) >= CONTRAST_MIN

    def test_there_are_no_other_colours(self):
        allowed = {value for value in tokens(".page").values() if value.startswith("#")}
        found = {
            colour
            for path in files("wxss", "wxml")
            for colour in re.findall(
                r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", path.read_text("utf-8")
            )
        }

        assert found <= allowed | {"#ffffff"}

    def test_type_and_what_is_tapped_are_large_enough(self):
        usual, large = tokens(".page"), tokens(".page.large")

        assert pixels(usual["font-size"]) >= TYPE_PX
        assert pixels(large["font-size"]) >= TYPE_LARGE_PX
        assert pixels(usual["--tap"]) >= TAP_PX
        assert pixels(large["--tap"]) >= TAP_LARGE_PX
        assert float(usual["line-height"]) >= 1.3

    def test_sizes_of_type_follow_the_readers_choice(self):
        fixed = [
            (path.name, size)
            for path in files("wxss")
            for size in re.findall(r"font-size: ([^;]+);", path.read_text("utf-8"))
            if not size.endswith("em") and path.name != "app.wxss"
        ]

        assert fixed == []

    @pytest.mark.parametrize(
        ("file", "part"),
        [
            ("app.wxss", ".btn.btn"),
            ("components/leave/leave.wxss", ".exit.exit"),
            ("components/foot/foot.wxss", ".choice.choice"),
            ("components/cell/cell.wxss", ".cell"),
            ("app.wxss", ".field .input"),
        ],
    )
    def test_whatever_is_tapped_is_as_high_as_a_finger_needs(self, file, part):
        text = (ROOT / file).read_text("utf-8")
        found = re.search(rf"(?ms)^{re.escape(part)} \{{(.*?)\}}", text)

        assert found is not None
        assert re.search(r"height: (calc\()?var\(--tap\)", found[1])
