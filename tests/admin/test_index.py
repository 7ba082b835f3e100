"""The way in to running Muster."""

from lms.admin.views import PARTS


def test_an_administrator_finds_every_part(app, cast, sign_in):
    page = sign_in("rune").get("/admin")
    links = {link["href"] for link in page.soup.select("main a")}
    with app.test_request_context():
        from flask import url_for

        assert links == {url_for(part.endpoint) for part in PARTS}
    for href in links:
        sign_in("rune").get(href)


def test_nobody_else_does(app, cast, sign_in):
    for name in ("ada", "cole", "lena", "pia"):
        sign_in(name).get("/admin", expect=404)
        assert "Administration" not in sign_in(name).get("/").words
