"""Files to work on in M20: a voice to clean, two sounds to join, the log of an interview whose passages make three minutes."""

from pathlib import Path

from curriculum.data.generators.sound import RATE, Samples, at, click, louder, mix, noise, note, silence, voice, write

LOG = (
    ("00:18", "00:40", "Il se présente. Cordonnier depuis trente et un ans, dans la même boutique.", "Clair, se comprend seul"),
    ("00:52", "01:23", "Il donne les horaires et le numéro de téléphone de la boutique.", "Changera bientôt"),
    ("01:40", "01:58", "Il cherche une date. Il hésite.", "Beaucoup de « euh »"),
    ("02:20", "02:47", "Il décrit l'odeur de la colle et du cuir le matin.", "On s'y croit"),
    ("03:05", "03:49", "Il explique en détail un modèle de machine.", "Long, mots difficiles"),
    ("04:30", "05:05", "Son premier client : une dame et ses souliers de mariage.", "Belle histoire"),
    ("05:40", "05:56", "Un téléphone sonne. Il s'arrête.", "Bruit fort"),
    ("06:30", "06:55", "Le geste : il tire le fil, il frappe, il lisse.", "On entend le marteau"),
    ("07:10", "07:19", "Il rit : sa femme porte des baskets.", "Sourire"),
    ("08:00", "08:38", "Pourquoi réparer au lieu de jeter.", "L'idée forte"),
    ("09:30", "09:59", "Il reparle de son premier client, avec d'autres mots.", "Répétition"),
    ("11:15", "11:55", "Il parle d'un concurrent, par son nom.", "À ne pas garder"),
    ("13:40", "14:00", "Il cherche un apprenti. Dernière phrase : « La porte est ouverte. »", "Belle fin"),
)
TEXT = """LE TEXTE DE LA VOIX À NETTOYER
La voix est fabriquée : on entend le rythme, pas les mots. Suis ce texte.

(2 secondes de pièce vide)
1. Je m'appelle Karim, je répare les vélos.
   (un clic dans le silence)
2. Je, je, je travaille dans la cour de l'école.
   (un long silence)
3. Le samedi, tout le monde peut venir.
3. Le samedi, tout le monde peut venir. (dit une deuxième fois, mieux)
4. On apprend ensemble, et c'est gratuit.
   (1 seconde de pièce vide)

À GARDER : 1, 2 sans les deux premiers « je », 3 une seule fois, 4.
"""
SHEET = """Conducteur de la chronique;;;;
Ordre;Passage (début);Passage (fin);Durée (s);Pourquoi je le garde
1;;;;
2;;;;
3;;;;
4;;;;
5;;;;
6;;;;
7;;;;
Silence au début et à la fin;;;2;
Total visé : 180 s, à 2 s près;;;;
"""
ROOM = 0.008


def make(folder: Path) -> None:
    """Write the files of M20 into `folder`."""
    write(folder / "voix-a-nettoyer.wav", _voice())
    write(
        folder / "ambiance-cour.wav",
        mix(noise(8, 0.05, 5), *(at(0.4 + second * 1.1, note(1900 + second * 130, 0.3, 0.04)) for second in range(7))),
    )
    tune = [at(rank * 0.35, note(pitch, 1.4, 0.3)) for rank, pitch in enumerate((392, 440, 523, 587, 659, 523, 784))]
    write(folder / "virgule-musique.wav", mix(*tune))
    (folder / "texte-de-la-voix.txt").write_text(TEXT, encoding="utf-8")
    rows = [f"{start};{end};{what};{note_}" for start, end, what, note_ in LOG]
    log = "\n".join(["Relevé de l'interview du cordonnier;;;", "Début;Fin;Ce qu'il dit;Remarque", *rows, ""])
    (folder / "releve-interview.csv").write_text(log, encoding="utf-8-sig")
    (folder / "conducteur.csv").write_text(SHEET, encoding="utf-8-sig")


def _voice() -> Samples:
    """Said over the noise of a room: a click, a stammer, a long silence, a sentence said twice."""
    parts = [
        silence(2), _said("Je m'appelle Karim, je répare les vélos.", 1), silence(0.3), click(), silence(0.5),
        _said("Je, je, je travaille dans la cour de l'école.", 2), silence(2.5), louder(_said("Le samedi, tout le monde peut venir.", 3), 0.6),
        silence(0.4), _said("Le samedi, tout le monde peut venir.", 4), silence(0.4), _said("On apprend ensemble, et c'est gratuit.", 5),
        silence(1),
    ]  # fmt: skip
    made = [sample for part in parts for sample in part]
    return mix(made, noise(len(made) / RATE, ROOM, 9))


def _said(text: str, seed: int) -> Samples:
    return voice(text, pitch=115, level=0.32, seed=200 + seed)
