"""Customer models for notebooks and for the product: purchase, value, satisfaction, forecast. Starts no Django.

Importing this package loads neither SciPy nor a data frame library: each name is fetched when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from guanxi.models.beta_geo import BetaGeo as BetaGeo
    from guanxi.models.beta_geo import ModifiedBetaGeo as ModifiedBetaGeo
    from guanxi.models.beta_geo_beta_binom import BetaGeoBetaBinom as BetaGeoBetaBinom
    from guanxi.models.comparison import compare_models as compare_models
    from guanxi.models.concentration import concentration_drift as concentration_drift
    from guanxi.models.concentration import concentration_of as concentration_of
    from guanxi.models.concentration import gini as gini
    from guanxi.models.concentration import pareto_curve as pareto_curve
    from guanxi.models.concentration import share_of_top as share_of_top
    from guanxi.models.decomposition import PeriodFigures as PeriodFigures
    from guanxi.models.decomposition import decompose as decompose
    from guanxi.models.errors import ModelDataError as ModelDataError
    from guanxi.models.errors import NotConvergedError as NotConvergedError
    from guanxi.models.errors import NotFittedError as NotFittedError
    from guanxi.models.forecasting import forecast as forecast
    from guanxi.models.gamma_gamma import GammaGamma as GammaGamma
    from guanxi.models.pareto_nbd import ParetoNBD as ParetoNBD
    from guanxi.models.rfm import rfm_scores as rfm_scores
    from guanxi.models.rfm import rfm_summary as rfm_summary
    from guanxi.models.rfm import split_summary as split_summary
    from guanxi.models.satisfaction import SatisfactionCurve as SatisfactionCurve
    from guanxi.models.satisfaction import wilson_interval as wilson_interval
    from guanxi.models.survival import CoxProportionalHazards as CoxProportionalHazards
    from guanxi.models.survival import KaplanMeier as KaplanMeier
    from guanxi.models.theta import DynamicTheta as DynamicTheta

_MODULES = {
    "BetaGeo": "beta_geo",
    "BetaGeoBetaBinom": "beta_geo_beta_binom",
    "CoxProportionalHazards": "survival",
    "DynamicTheta": "theta",
    "GammaGamma": "gamma_gamma",
    "KaplanMeier": "survival",
    "ModelDataError": "errors",
    "ModifiedBetaGeo": "beta_geo",
    "NotConvergedError": "errors",
    "NotFittedError": "errors",
    "ParetoNBD": "pareto_nbd",
    "PeriodFigures": "decomposition",
    "SatisfactionCurve": "satisfaction",
    "compare_models": "comparison",
    "concentration_drift": "concentration",
    "concentration_of": "concentration",
    "decompose": "decomposition",
    "forecast": "forecasting",
    "gini": "concentration",
    "pareto_curve": "concentration",
    "rfm_scores": "rfm",
    "rfm_summary": "rfm",
    "share_of_top": "concentration",
    "split_summary": "rfm",
    "wilson_interval": "satisfaction",
}
"""The module of each name that is offered here; the imports above tell the type checker the same."""

__all__ = list(_MODULES)


def __getattr__(name: str) -> object:
    """Return an offered name from its module; a submodule is found by the import system itself."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES})
