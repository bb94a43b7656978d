"""Maximum likelihood that always ends: Newton's method with exact derivatives, in a box, on the log scale.

Parameters are positive, so the search runs over their logarithms. A likelihood that keeps rising as a parameter
goes to 0 or to infinity (nobody leaves; all customers alike) meets the side of the box, and the status says so.
"""

from dataclasses import dataclass

import numpy as np

LOWER, UPPER = 1e-5, 1e5  # of each parameter, in scaled units: far outside what data can tell
BOX = (np.log(LOWER), np.log(UPPER))
TOUCH = 1e-9  # from a side of the box, on the log scale
LONGEST_STEP = 2.0  # on the log scale, so that no parameter changes more than 7-fold at once
GAIN = 1e-8  # stop when the next step promises less log-likelihood than that


@dataclass(frozen=True)
class Optimum:
    """Where the search ended: the point on the log scale, the log-likelihood and its derivatives there."""

    point: np.ndarray
    value: float
    gradient: np.ndarray
    hessian: np.ndarray
    steps: int
    converged: bool


def maximise(evaluate, start):
    """Newton's method from `start`; L-BFGS-B, then Newton again, when it does not converge.

    Parameters
    ----------
    evaluate : function of the point -> (log-likelihood, gradient, Hessian), all on the log scale
    start : array, on the log scale

    Returns
    -------
    Optimum
    """
    found = newton(evaluate, start)
    if found.converged:
        return found

    def downhill(point):
        value, gradient, _ = evaluate(point)
        return (-value, -gradient) if np.isfinite(value) else (np.finfo(float).max, np.zeros_like(point))

    from scipy.optimize import minimize  # only fits need it

    second = minimize(downhill, found.point, jac=True, method="L-BFGS-B", bounds=[BOX] * len(start))
    again = newton(evaluate, second.x)
    return again if again.value >= found.value else found


def newton(evaluate, start, most_steps=60):
    """Damped Newton steps, projected on the box, until the next one promises less than GAIN."""
    point = np.clip(start, *BOX)
    value, gradient, hessian = evaluate(point)
    for step_number in range(most_steps):
        step = _newton_step(point, gradient, hessian)
        promised = gradient @ step / 2
        if promised < GAIN + 1e-14 * abs(value):
            return Optimum(point, value, gradient, hessian, step_number, True)
        step *= min(1.0, LONGEST_STEP / np.abs(step).max(), _room(point, step))
        for _ in range(30):
            trial = np.clip(point + step, *BOX)
            result = evaluate(trial)
            if np.isfinite(result[0]) and result[0] > value:
                break
            step = step / 2
        else:
            # Not one of the shorter steps rises: the remaining gain is below rounding, or the search is stuck.
            converged = bool(promised < 1e-6 + 1e-12 * abs(value))
            return Optimum(point, value, gradient, hessian, step_number, converged)
        point, (value, gradient, hessian) = trial, result
    return Optimum(point, value, gradient, hessian, most_steps, False)


def _newton_step(point, gradient, hessian):
    """The step in the parameters that are free; those that it would push out of the box are held."""
    held = at_edge(point, gradient)
    while True:
        step = np.zeros_like(point)
        step[~held] = _ascent(gradient[~held], hessian[np.ix_(~held, ~held)])
        outward = at_edge(point, step) & (step != 0)
        if not outward.any():
            return step
        held = held | outward


def _room(point, step):
    """The share of `step` that stays in the box: it is cut as a whole, for ridges run askew to the axes."""
    side = np.where(step > 0, BOX[1], BOX[0])
    return np.divide(side - point, step, out=np.full_like(step, np.inf), where=step != 0).min()


def at_edge(point, gradient):
    """The parameters at a side of the box where the likelihood would still rise beyond it."""
    return ((point <= BOX[0] + TOUCH) & (gradient <= 0)) | ((point >= BOX[1] - TOUCH) & (gradient >= 0))


def _ascent(gradient, hessian):
    # Directions in which the likelihood is not concave are climbed by their slope: |eigenvalue|, with a floor.
    if not len(gradient):
        return gradient
    curvature, axes = np.linalg.eigh(-hessian)
    curvature = np.abs(curvature)
    curvature = np.maximum(curvature, 1e-10 * curvature.max() + np.finfo(float).tiny)
    return axes @ ((axes.T @ gradient) / curvature)


def information_of(optimum):
    """Observed information: minus the Hessian in the log parameters, NaN for those at an edge of the box."""
    information = -optimum.hessian
    edge = at_edge(optimum.point, optimum.gradient)
    information[edge, :] = information[:, edge] = np.nan
    return information


def covariance_from(information, flattest=0.0):
    """Covariance of the log parameters: the inverse of their observed information.

    Parameters at an edge count as known: NaN. Where the likelihood is flat in some direction the data do not tell the
    parameters apart, and all are NaN; with `flattest` above 0, that curvature is taken there at least, instead.
    """
    covariance = np.full_like(information, np.nan)
    free = np.ix_(*[~np.isnan(np.diag(information))] * 2)
    if information[free].size and np.isfinite(information[free]).all():
        curvature, axes = np.linalg.eigh(information[free])
        # Below 1e-4 the log of a parameter would be uncertain by a hundred: that is not knowing it.
        if flattest or curvature[0] > max(1e-4, 1e-12 * curvature[-1]):
            covariance[free] = axes / np.maximum(curvature, flattest) @ axes.T
    return covariance


def status_of(optimum, names):
    """What happened, in plain language."""
    said = [
        f"converged after {optimum.steps} steps"
        if optimum.converged
        else f"did not converge: stopped after {optimum.steps} steps, do not rely on it"
    ]
    for name, point, edge in zip(names, optimum.point, at_edge(optimum.point, optimum.gradient), strict=True):
        if edge:
            side = "lower" if point < 0 else "upper"
            said.append(
                f"{name} is at its {side} limit: the data do not say how "
                f"{'small' if side == 'lower' else 'large'} it is"
            )
    if np.isnan(covariance_from(information_of(optimum))).all():
        said.append("the data do not tell the parameters apart, so they have no standard errors")
    return "; ".join(said)
