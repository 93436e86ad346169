"""Scoring on Spark: the same settings as on one machine, through Splink's own Spark backend.

Spark is an optional part. It writes shuffle files with readable names into the folder it is given:
they are encrypted with a key that only this run knows, and the folder should be on an encrypted
disk that only the people entitled to the extracts can read. Nothing is offered to the network.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from app.domain.message import Refused
from app.linkage.frame import COLUMNS, NUMBERS
from app.linkage.lines import Lines
from app.linkage.model import Model
from app.linkage.scoring import lowest, wanted, with_level_numbers
from app.linkage.settings import splink_settings


@contextmanager
def session(folder: Path, memory: str = "2g", master: str = "local[*]") -> Iterator[Any]:
    """A Spark session that keeps its files in ``folder`` and speaks to this machine only.

    ``master``: another address than the own machine is the user's cluster, by their own choice.
    Refused where pyspark or Java are missing.
    """
    if importlib.util.find_spec("pyspark") is None:
        raise Refused("match.no_pyspark")
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    # Before Java starts: it must not listen on other interfaces than the machine's own.
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.builder.master(master).appName("kizuki match")
    for name, value in _settings(folder, memory).items():
        builder = builder.config(name, value)
    try:
        spark = builder.getOrCreate()
    except (PySparkException, Py4JError, RuntimeError, OSError) as error:
        raise Refused("match.no_java", why=_first_line(error)) from error
    try:
        spark.sparkContext.setLogLevel("OFF")  # its log would quote what it works on
        yield spark
    except (PySparkException, Py4JError) as error:
        raise Refused("match.spark_failed", why=_first_line(error)) from error
    finally:
        spark.stop()


def _first_line(error: BaseException) -> str:
    """What Spark says, without the pages that follow."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def _settings(folder: Path, memory: str) -> dict[str, str]:
    place = str(folder)
    return {
        "spark.driver.memory": memory,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.eventLog.enabled": "false",
        "spark.io.encryption.enabled": "true",
        "spark.local.dir": place,
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.driver.extraJavaOptions": f"-Djava.io.tmpdir={place} -Dderby.system.home={place} -XX:-UsePerfData",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.shuffle.partitions": str(4 * (os.cpu_count() or 1)),
        "spark.sql.ansi.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }


def score_on(spark: Any, lines: Lines, model: Model) -> pd.DataFrame:
    """As ``scoring.score``: the scored pairs of ``lines``, from ``model.review`` upwards."""
    from pyspark.sql.types import LongType, StringType, StructField, StructType
    from splink import Linker, SparkAPI

    kinds = [StructField(name, LongType() if name in NUMBERS else StringType()) for name in COLUMNS]
    texts = lines.frame()
    rows = [tuple(row) for row in zip(*(texts[name].tolist() for name in COLUMNS), strict=True)]
    table = spark.createDataFrame(rows, StructType(kinds))
    logging.getLogger("splink").setLevel(logging.ERROR)  # advice to whoever builds a model
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        engine = SparkAPI(spark_session=spark, break_lineage_method="persist", register_udfs_automatically=False)
        linker = Linker(engine.register(table), splink_settings(model), log_level=None, validate_settings=False)
        scored = linker.inference.predict(threshold_match_weight=lowest(model), warning_mode="never")
        found = scored.as_spark_dataframe().select(*wanted()).collect()
    pairs = pd.DataFrame([tuple(row) for row in found], columns=wanted())
    return with_level_numbers(pairs).sort_values(["spelling_l", "spelling_r"], ignore_index=True)
