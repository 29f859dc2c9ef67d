import asyncio
import os

import asyncpg


async def main() -> None:
    for _ in range(30):
        try:
            connection = await asyncpg.connect(os.environ["DATABASE_URL"])
        except OSError:
            await asyncio.sleep(1)
        else:
            await connection.close()
            return
    raise SystemExit("The database does not answer.")


asyncio.run(main())
