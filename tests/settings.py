"""The program's own settings over a home that lasts for one test process."""

import atexit
import os
import shutil
import tempfile

_home = tempfile.mkdtemp(prefix="guanxi-test-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["GUANXI_HOME"] = _home
os.environ.pop("GUANXI_LANGUAGE", None)

from guanxi.config.settings import *  # noqa: E402, F403
