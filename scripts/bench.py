"""Measures reads of secrets beside a constant route of the same server; see scripts/bench.

Prints, per store and number of connections: requests a second, median and 99th percentile, the server's
CPU time per request, and the ratio of the read's throughput to the constant route's. Figures are only
comparable within one run.
"""

import argparse
import concurrent.futures
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.parse

WRK = """
local count, vault, token = %d, "%s", "%s"
local target = "%s"
math.randomseed(os.time())
request = function()
  local path = target
  if path == "" then
    path = "/v1/vaults/" .. vault .. "/secrets/bench/" .. math.random(0, count - 1)
  end
  return wrk.format("GET", path, { ["Authorization"] = "Bearer " .. token })
end
done = function(summary, latency)
  io.write(string.format("RESULT %%d %%d %%d %%d %%d %%d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
"""


class Server:
    """A server of the release build, on its own store."""

    def __init__(self, binary, database_url):
        self.folder = tempfile.TemporaryDirectory(prefix="oneclaw-bench-")
        command = [binary, "--listen", "127.0.0.1:0", "--data-dir", self.folder.name,
                   "--rate-limits", "off", "--log-level", "warn", "--tokens-user-ttl", "86400",
                   "--metrics-listen", "127.0.0.1:0"]
        if database_url:
            command += ["--database-url", database_url]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.api, self.metrics_address = self._addresses()

    def _addresses(self):
        found = []
        for line in self.process.stdout:
            found += re.findall(r"http://(127\.0\.0\.1:\d+)", line)
            unique = list(dict.fromkeys(found))
            if len(unique) == 2:
                threading.Thread(target=self.process.stdout.read, daemon=True).start()
                return unique
        sys.exit("the server did not start")

    def ask(self, method, path, body=None, token=None, address=None):
        connection = http.client.HTTPConnection(address or self.api)
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = "Bearer " + token
        connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status < 300, (method, path, answer.status, text)
        return text

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def counter(self, name):
        text = self.ask("GET", "/metrics", address=self.metrics_address).decode()
        found = re.search(rf"^{name}_total (\d+)$", text, re.M)
        return int(found.group(1)) if found else 0

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        self.folder.cleanup()


def seed(server, count):
    """An owner, a vault and `count` secrets of 32 characters."""
    account = {"email": "bench@example.test", "password": "Correct-Horse-9-Battery"}
    token = json.loads(server.ask("POST", "/v1/auth/signup", account))["access_token"]
    vault = json.loads(server.ask("POST", "/v1/vaults", {"name": "bench"}, token))["id"]
    local = threading.local()

    def put(number):
        connection = getattr(local, "connection", None)
        if connection is None:
            connection = local.connection = http.client.HTTPConnection(server.api)
        connection.request("PUT", f"/v1/vaults/{vault}/secrets/bench/{number}",
                           json.dumps({"value": "0123456789abcdef0123456789abcdef"}),
                           {"Content-Type": "application/json", "Authorization": "Bearer " + token})
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status == 201, text

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(put, range(count)))
    return vault, token


def measure(server, script, connections, seconds):
    before = server.cpu_seconds()
    threads = str(min(connections, 2))
    output = subprocess.run(
        ["wrk", "-t", threads, "-c", str(connections), "-d", f"{seconds}s", "-s", script,
         f"http://{server.api}"], capture_output=True, text=True, check=True, timeout=seconds + 30).stdout
    cpu = server.cpu_seconds() - before
    requests, micros, p50, p99, refused, broken = map(int, re.search(r"RESULT (.*)", output).group(1).split())
    assert refused == 0 and broken == 0, output
    return {"rate": requests / (micros / 1e6), "p50": p50, "p99": p99, "cpu": cpu * 1e6 / requests,
            "requests": requests}


def run(store, database_url, options):
    server = Server(options.server, database_url)
    try:
        vault, token = seed(server, options.secrets)
        scripts = {}
        for name, target in (("constant", "/livez"), ("read", "")):
            scripts[name] = os.path.join(server.folder.name, name + ".lua")
            with open(scripts[name], "w") as file:
                file.write(WRK % (options.secrets, vault, token, target))
        measure(server, scripts["read"], 16, 2)  # warm: files, caches, connections
        for connections in (1, 16, 64):
            constant = measure(server, scripts["constant"], connections, options.seconds)
            trips, commits = (server.counter("oneclaw_store_read_round_trips"),
                              server.counter("oneclaw_journal_commits"))
            read = measure(server, scripts["read"], connections, options.seconds)
            trips = server.counter("oneclaw_store_read_round_trips") - trips
            commits = server.counter("oneclaw_journal_commits") - commits
            for name, figure in (("constant", constant), ("read", read)):
                ratio = f"{figure['rate'] / constant['rate']:.2f}"
                print(f"| {store} | {name} | {connections} | {figure['rate']:,.0f} | {figure['p50']:,} | "
                      f"{figure['p99']:,} | {figure['cpu']:.1f} | {ratio} |"
                      + (f" {trips / read['requests']:.3f} | {read['requests'] / max(commits, 1):.1f} |"
                         if name == "read" else " | |"), flush=True)
    finally:
        server.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", required=True, help="the binary to measure")
    parser.add_argument("--seconds", type=int, default=8, help="per measurement (default 8)")
    parser.add_argument("--secrets", type=int, default=10_000, help="secrets to seed (default 10,000)")
    options = parser.parse_args()
    print("| store | route | connections | requests/s | p50 µs | p99 µs | server CPU µs | of constant | "
          "round trips | events a commit |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    run("sqlite", None, options)
    url = urllib.parse.urlsplit(os.environ["ONECLAW_TEST_DATABASE_URL"])
    run("postgres", url.geturl(), options)


main()
