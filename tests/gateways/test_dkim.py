"""A signature that was valid before a mail was held is valid on what is kept."""

import base64
import subprocess
from pathlib import Path

import pytest

from tests.gateways.conftest import RunningGateway

dkim = pytest.importorskip("dkim", reason="dkimpy is not installed")
