"""Adam and momentum on Rosenbrock's function, with nothing but the standard library."""
from math import sqrt


def gradient(x, y):
    """The gradient of (1 - x)² + 100 (y - x²)²."""
    return 2 * (x - 1) - 400 * x * (y - x * x), 200 * (y - x * x)


def momentum(point, steps, rate=2e-4, decay=0.9):
    velocity = [0.0, 0.0]
    for _ in range(steps):
        velocity = [decay * v + g for v, g in zip(velocity, gradient(*point))]
        point = [p - rate * v for p, v in zip(point, velocity)]
        yield point


def adam(point, steps, rate=0.02, beta1=0.9, beta2=0.999, epsilon=1e-8):
    mean = [0.0, 0.0]
    square = [0.0, 0.0]
    for step in range(1, steps + 1):
        slope = gradient(*point)
        mean = [beta1 * m + (1 - beta1) * g for m, g in zip(mean, slope)]
        square = [beta2 * s + (1 - beta2) * g * g for s, g in zip(square, slope)]
        unbiased = [m / (1 - beta1**step) for m in mean]
        scale = [sqrt(s / (1 - beta2**step)) + epsilon for s in square]
        point = [p - rate * m / s for p, m, s in zip(point, unbiased, scale)]
        yield point


def distance(point):
    """How far a point is from the minimum, (1, 1)."""
    return sqrt((point[0] - 1) ** 2 + (point[1] - 1) ** 2)


if __name__ == "__main__":
    for name, path in (("momentum", momentum), ("adam", adam)):
        for steps in (100, 1000, 5000):
            *_, last = path([-1.5, 1.6], steps)
            print(f"{name:9} {steps:5} {distance(last):.4f}")
