"""A drawn face whose mouth follows a voice, for the small films to work on."""

from collections.abc import Iterator

from PIL import Image, ImageDraw

from curriculum.data.generators.sound import RATE, Samples

INK, PAPER, GREEN, OCHRE, MINT, SAND = (29, 43, 42), (251, 249, 244), (11, 92, 85), (199, 125, 18), (215, 232, 228), (247, 233, 207)
SIZE, FPS = (320, 180), 25
Draw = ImageDraw.ImageDraw


def face(mouth: int, *, shirt: tuple[int, int, int] = GREEN, wall: tuple[int, int, int] = MINT, x: int = 112) -> Image.Image:
    """Someone in front of a wall; `mouth` is 0 shut or 1 open."""
    image = Image.new("RGB", SIZE, wall)
    draw_face(ImageDraw.Draw(image), mouth, shirt=shirt, x=x)
    return image


def draw_face(draw: Draw, mouth: int, *, shirt: tuple[int, int, int] = GREEN, x: int = 112) -> None:
    draw.rectangle((x - 16, 144, x + 112, 180), fill=shirt)
    draw.ellipse((x, 16, x + 96, 144), fill=SAND, outline=INK, width=2)
    for left in (x + 24, x + 64):
        draw.ellipse((left, 64, left + 8, 72), fill=INK)
    draw.ellipse((x + 33, 103 - 6 * mouth, x + 62, 106 + 4 * mouth), fill=INK)


def talking(faces: tuple[Image.Image, Image.Image], said: Samples, frames: int, before: float = 0) -> Iterator[Image.Image]:
    """`frames` pictures of someone, shut and open, who says that from `before` seconds on. A mouth stays as it is for three pictures."""
    for frame in range(frames):
        frame -= frame % 3
        start = round((frame / FPS - before) * RATE)
        loud = max(map(abs, said[max(start, 0) : max(start + 3 * RATE // FPS, 0)]), default=0)
        yield faces[int(loud > 0.08)]
