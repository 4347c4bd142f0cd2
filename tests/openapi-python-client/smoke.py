"""What somebody writes against a generated client.

Run by tools/setup/openapi-python-client-tests.mjs, which generates `lilux_api` beside it and checks types.
"""

import asyncio
import os

from lilux_api import Client
from lilux_api.api.library import get_item, list_items, search_items
from lilux_api.api.predictions import predict
from lilux_api.models import (
    Error,
    GetItemItemType,
    ItemSummary,
    ItemType,
    ListItemsResponse200,
    PredictAnswer,
    PredictBody,
    SearchItemsBody,
    SearchPage,
)


async def main() -> None:
    async with Client(base_url=os.environ["LILUX_URL"]) as client:
        # What has a default may be left out.
        listed = await list_items.asyncio(client=client)
        assert isinstance(listed, ListItemsResponse200) and len(listed.items) > 1

        body = SearchItemsBody(item_type=ItemType.SCRIPT, query="email", limit=2)
        found = await search_items.asyncio(client=client, body=body)
        assert isinstance(found, SearchPage) and len(found.results) == 2

        script = GetItemItemType.SCRIPT
        item = await get_item.asyncio("email_validator", client=client, item_type=script)
        assert isinstance(item, ItemSummary) and item.qualified_id == "email/email_validator"

        predicted = await predict.asyncio(client=client, body=PredictBody(text="find email scripts"))
        assert isinstance(predicted, PredictAnswer)
        assert predicted.candidates[0].call.name == "search"

        missing = await get_item.asyncio_detailed("nothing", client=client)
        assert isinstance(missing.parsed, Error) and missing.parsed.code == "item_not_found"
        assert "x-request-id" in missing.headers
    print("a generated Python client compiles, and works")


asyncio.run(main())
