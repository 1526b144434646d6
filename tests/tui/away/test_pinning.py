from grokscope.tui.away.pinning import pinned


def test_every_character_gets_its_own_place_and_no_font_is_fetched():
    picture = (
        "<style>@font-face { src: url(https://x); }\n.a { fill: red }</style>"
        '<text class="a" x="10" y="20" textLength="36" clip-path="url(#c)">&#160;⣀&gt;</text>'
    )
    assert pinned(picture) == (
        '<style>.a { fill: red }</style><text class="a" x="10 22 34" y="20">&#160;⣀&gt;</text>'
    )
