"""What settings say of the way to the server reaches whoever goes it: the shipper, and questions of the script."""

from __future__ import annotations

from gnomon.sdk import shipping
from gnomon.sdk.service import Service
from gnomon.sdk.settings import Settings
from gnomon.sdk.shipper.transport import extra_headers


def test_questions_of_a_run_go_the_way_its_settings_name() -> None:
    settings = Settings(
        base_url="http://far.example:1", api_key="k" * 40, http_proxy="http://u:pw@proxy:3128", http_timeout=7,
        x_extra_http_headers={"X-Team": "a"},
    )  # fmt: skip
    service = Service.of(settings, environ={"http_proxy": "http://other:1"})
    transport = service._transport()
    assert (service.base_url, service.timeout_secs, transport.has_key) == ("http://far.example:1", 7, True)
    assert transport._proxy is not None
    assert (transport._proxy.host, transport._proxy.port) == ("proxy", 3128)
    assert extra_headers(service._environ) == transport._extra == {"X-Team": "a"}


def test_settings_that_say_nothing_of_it_change_nothing() -> None:
    assert shipping.secrets(Settings()) == {}
