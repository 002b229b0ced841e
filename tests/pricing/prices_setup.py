"""A local server that serves AWS's price list: genuine samples, and files made in their form."""

import csv
import http.server
import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from solarrally_tui.pricing.price_book.book import GLOBAL, pack
from solarrally_tui.pricing.price_book.price_list_items import PriceListItem, price_list_items

SAMPLES = Path(__file__).parent / "samples"
INDEX = "/offers/v1.0/aws/index.json"
VERSION = "20261101120000"
HEADER = [
    "SKU",
    "OfferTermCode",
    "RateCode",
    "TermType",
    "PriceDescription",
    "EffectiveDate",
    "StartingRange",
    "EndingRange",
    "Unit",
    "PricePerUnit",
    "Currency",
    "Product Family",
    "serviceCode",
    "Location",
    "Location Type",
    "usageType",
    "operation",
    "Region Code",
    "serviceName",
]


@dataclass
class Served:
    """One file. says is the length that the server claims, by default the true one."""

    body: bytes
    says: int | None = None
    status: int = 200


@dataclass
class PriceServer:
    """What is served, and what was asked for."""

    base: str
    files: dict[str, Served] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)

    def put(self, path: str, body: str | bytes, says: int | None = None) -> None:
        self.files[path] = Served(body if isinstance(body, bytes) else body.encode(), says)

    def put_list(self, data: dict[str, Any], region: str) -> None:
        """Serve a whole price list for a Region, with the prices of a book's stored form."""
        self.put(INDEX, offers_index())
        for code in {item.offer for item in price_list_items(region) if not item.queried}:
            if code == "AmazonCloudFront":
                self.put(path_of(code, ""), csv_of(code, rows_of(data, code, region)))
                continue
            self.put(region_index(code), region_index_text(code, region))
            self.put(path_of(code, region), csv_of(code, rows_of(data, code, region)))


def region_index(code: str) -> str:
    return f"/offers/v1.0/aws/{code}/current/region_index.json"


def path_of(code: str, region: str) -> str:
    middle = f"{VERSION}/{region}" if region else "current"
    return f"/offers/v1.0/aws/{code}/{middle}/index.csv"


def region_index_text(code: str, region: str) -> str:
    """Return a genuine region index, made over for another offer and one Region more."""
    text = (SAMPLES / "bulk_service-comprehend-region_index.json").read_text()
    data = json.loads(text.replace("comprehend/20260116160258", f"{code}/{VERSION}"))
    data["regions"][region] = {
        "regionCode": region,
        "currentVersionUrl": f"/offers/v1.0/aws/{code}/{VERSION}/{region}/index.json",
    }
    return json.dumps(data)


def offers_index() -> str:
    """Return the genuine index, with the offer that its subset left out."""
    text = (SAMPLES / "bulk_offers_index_2026-04-27.subset.json").read_text(encoding="utf-8")
    index = json.loads(text)
    firehose = json.dumps(index["offers"]["AmazonECR"]).replace(
        "AmazonECR", "AmazonKinesisFirehose"
    )
    index["offers"]["AmazonKinesisFirehose"] = json.loads(firehose)
    return json.dumps(index)


def csv_of(code: str, rows: list[list[str]], version: str = VERSION) -> str:
    """Return a bulk file: AWS's five lines about it, then the table, everything quoted."""
    text = io.StringIO()
    write = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow
    write(["FormatVersion", "v1.0"])
    write(["Disclaimer", "This pricing list is for informational purposes only."])
    write(["Publication Date", "2026-11-01T12:00:00Z"])
    write(["Version", version])
    write(["OfferCode", code])
    write(HEADER)
    for row in rows:
        write(row)
    return text.getvalue()


def rows_of(data: dict[str, Any], code: str, region: str) -> list[list[str]]:
    """Return a row for each tier of each price, and decoys that mean something else."""
    rows = []
    for number, item in enumerate(w for w in price_list_items(region) if w.offer == code):
        price = data["prices"][item.place][item.service][item.name]
        rows += rows_for(item, price, f"SKU{number:013}", region)
        usage = item.usage_types()[-1]
        for decoy in (f"TS-{usage}", f"Outposts-{usage}", f"{usage}-Windows", f"ZZZ9-{usage}"):
            rows.append(row(f"DECOY{number:011}", decoy, "999", region, family=item.family or ""))
        if item.operation:
            mysql = "CreateDBInstance:0002"
            rows.append(row(f"MYSQL{number:011}", usage, "999", region, operation=mysql))
        reserved = row(f"SKU{number:013}", usage, "999", region, term="Reserved")
        rows.append(reserved)
    return rows


def rows_for(item: PriceListItem, price: dict[str, Any], sku: str, region: str) -> list[list[str]]:
    tiers = price["tiers"]
    starts = [tier[0] for tier in tiers]
    ends = [*starts[1:], "Inf"]
    return [
        row(
            sku,
            item.usage_types()[-1],
            f"{Decimal(tier[1]) / pack(price['unit']):.10f}",
            region,
            start=start,
            end=end,
            operation=item.operation or "",
            family=item.family or "",
            code=f"{sku}.JRTCKXETXF.{number}",
        )
        for number, (tier, start, end) in enumerate(zip(tiers, starts, ends, strict=True))
    ]


def row(
    sku: str,
    usage: str,
    amount: str,
    region: str,
    *,
    start: str = "0",
    end: str = "Inf",
    operation: str = "",
    family: str = "",
    term: str = "OnDemand",
    code: str = "",
) -> list[str]:
    cells = dict.fromkeys(HEADER, "")
    cells |= {
        "SKU": sku,
        "RateCode": code or f"{sku}.JRTCKXETXF.6YS6EN2CT7",
        "TermType": term,
        "StartingRange": start,
        "EndingRange": end,
        "PricePerUnit": amount,
        "Currency": "USD",
        "Product Family": family,
        "usageType": usage,
        "operation": operation,
        "Region Code": "" if region == GLOBAL else region,
    }
    return [cells[name] for name in HEADER]


@contextmanager
def price_server() -> Iterator[PriceServer]:
    served: PriceServer

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.path)
            assert "authorization" not in self.headers
            file = served.files.get(self.path)
            if file is None:
                self.send_error(404)
                return
            tag = f'"{hash(file.body)}"'
            if self.headers.get("If-None-Match") == tag:
                served.unchanged.append(self.path)
                self.send_response(304)
                self.end_headers()
                return
            self.send_response(file.status)
            self.send_header("ETag", tag)
            self.send_header("Content-Length", str(file.says or len(file.body)))
            self.end_headers()
            self.wfile.write(file.body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    served = PriceServer(f"http://127.0.0.1:{server.server_address[1]}")
    yield served
    server.shutdown()
    server.server_close()


def nat_documents(region: str, hour: str, gigabyte: str) -> list[dict[str, Any]]:
    """Return documents in the form of the genuine ones, with a decoy beside the NAT gateway's."""
    sample = SAMPLES / "getproducts_AmazonVPC_PublicIPv4_2026-07-24.json"
    text = json.dumps(json.loads(sample.read_text())[0])
    made = []
    for sku, usage, price in (
        ("NATHOUR", "EU-NatGateway-Hours", hour),
        ("NATBYTES", "EU-NatGateway-Bytes", gigabyte),
        ("DECOY", "EU-RegionalNatGateway-Hours", "9"),
    ):
        document = json.loads(text.replace("4GQUNXTFWVSGPUZK", sku).replace("0.0050000000", price))
        document["serviceCode"] = "AmazonEC2"
        document["product"]["productFamily"] = "NAT Gateway"
        document["product"]["attributes"] |= {"usagetype": usage, "regionCode": region}
        made.append(document)
    return made


@contextmanager
def query_server(
    documents: list[dict[str, Any]],
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Answer GetProducts as AWS does; yields the address and what was asked."""
    asked: list[dict[str, Any]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(question)
            wanted = {each["Field"]: each["Value"] for each in question["Filters"]}
            found = [
                json.dumps(each)
                for each in documents
                if each["serviceCode"] == question["ServiceCode"]
                and wanted.items() <= each["product"]["attributes"].items()
            ]
            body = json.dumps({"FormatVersion": "aws_v1", "PriceList": found}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    server.server_close()
