"""What the standard asks, asked by a tester that others wrote."""

from flask import Flask
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server

from tests.scim.conftest import TOKEN, Directory


def test_no_check_of_the_standard_fails(app: Flask, directory: Directory) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    client = WSGISCIMClient(app, base_url="http://localhost/scim/v2", headers=headers)
    results = check_server(client)
    wrong = [
        f"{each.status.name} {each.title}: {each.reason}"
        for each in results
        if each.status in {Status.ERROR, Status.CRITICAL, Status.DEVIATION}
    ]
    assert not wrong, "\n".join(wrong)
    assert len(results) > 100
