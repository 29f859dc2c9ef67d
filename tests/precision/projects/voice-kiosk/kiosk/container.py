import os

from injectq import InjectQ
from tenxgraph.utils import BaseIDGenerator
from tenxgraph_api import SnowFlakeIdGenerator

container = InjectQ.get_instance()

if os.environ.get("POD_INDEX"):
    os.environ["SNOWFLAKE_NODE_ID"] = os.environ["POD_INDEX"]
container[BaseIDGenerator] = SnowFlakeIdGenerator()
