"""The redirect rules that wait to be submitted to w3id.org, in Apache itself where it is installed."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.conftest import TESTS

RULES = TESTS.parent / "docs" / "w3id" / ".htaccess"
SERVER = "https://graph.example.org"
LEADS = {
    "": (302, "/"),
    "city/at-graz": (303, "/city/at-graz"),
    "act/us-pittsburgh-2011-human-rights-city.ttl": (
        303,
        "/act/us-pittsburgh-2011-human-rights-city.ttl",
    ),
    "ontology": (302, "/ontology"),
    "ontology/0.3.0": (303, "/ontology/0.3.0"),
    "sparql?query=ASK%7B%7D": (302, "/sparql?query=ASK%7B%7D"),
    "queries/acts-of-a-place.csv?place=city:at-graz": (
        303,
        "/queries/acts-of-a-place.csv?place=city:at-graz",
    ),
    "data/cities/at-graz": (303, "/data/cities/at-graz"),
}
pytestmark = pytest.mark.skipif(not RULES.exists(), reason="not a checkout")
_APACHE = """ServerRoot {root}
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile {root}/pid
ErrorLog {root}/log
{modules}
DocumentRoot {root}/www
<Directory {root}/www>
AllowOverride All
Require all granted
</Directory>
"""


def test_there_is_one_place_to_change_and_nothing_to_loop():
    text = RULES.read_text()
    assert text.count("https://graph.example.org") == 1
    rules = re.findall(r"^RewriteRule (\S+) (\S+) \[(\S+)\]$", text, re.MULTILINE)
    assert len(rules) == 4
    assert all("L" in flags.split(",") for _, _, flags in rules[1:])


@pytest.fixture(scope="module")
def apache(tmp_path_factory: pytest.TempPathFactory):
    program = shutil.which("apache2") or "/usr/sbin/apache2"
    if not Path(program).exists():
        pytest.skip("Apache is not installed")
    root = tmp_path_factory.mktemp("apache")
    (root / "www" / "hrcities").mkdir(parents=True)
    root.chmod(0o755)
    shutil.copy(RULES, root / "www" / "hrcities" / ".htaccess")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = Path("/usr/lib/apache2/modules")
    names = ("mpm_event", "authz_core", "rewrite", "negotiation")
    modules = "\n".join(f"LoadModule {name}_module {folder}/mod_{name}.so" for name in names)
    (root / "conf").write_text(_APACHE.format(root=root, port=port, modules=modules))
    running = subprocess.Popen([program, "-X", "-f", str(root / "conf")], stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            break
        except OSError:
            if running.poll() is not None:
                pytest.skip("Apache does not start here")
            time.sleep(0.1)
    yield f"http://127.0.0.1:{port}/hrcities/"
    running.terminate()
    running.wait(10)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *facts):
        return None


@pytest.mark.parametrize("name", LEADS)
def test_a_name_leads_to_its_path_on_the_server(apache: str, name: str):
    with pytest.raises(urllib.error.HTTPError) as told:
        urllib.request.build_opener(_Stay).open(apache + name, timeout=10)
    status, path = LEADS[name]
    assert (told.value.code, told.value.headers["Location"]) == (status, SERVER + path)
    told.value.close()
