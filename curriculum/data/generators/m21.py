"""Files to work on in M21: a voice, a music and a place to balance; three episodes of unlike levels; a delivery sheet."""

from pathlib import Path

from curriculum.data.generators.sound import Samples, at, louder, mix, noise, note, silence, voice, write

TEXT = "Bonjour. Aujourd'hui, je vous lis une page sur la mer, et sur ceux qui partent."
SAID = ("Premier épisode. Un roman qui se passe à Brest.", "Deuxième épisode. Une histoire de trains.", "Troisième épisode. Des lettres.")
SHEET = """Fiche technique de livraison;;;
Épisode;01;02;03
Nom du fichier WAV;;;
Nom du fichier MP3;;;
Durée (min:s);;;
Fréquence, bits, voies;;;
Débit du MP3;;;
Niveau mesuré (LUFS);;;
Crête vraie (dBTP);;;
Titre et auteur remplis ? ;;;
Écoute 1 (quel appareil ?);;;
Écoute 2 (quel appareil ?);;;
Remarques;;;
Version, date, opérateur;;;
"""
CREDIT = """CRÉDIT DE LA MUSIQUE
Titre : Pas à pas
Auteur : Atelier son du chantier
Licence : CC BY 4.0 (on peut l'utiliser si l'on cite l'auteur)
À écrire dans la fiche et dans la page du podcast :
« Musique : Pas à pas, Atelier son du chantier, CC BY 4.0 »
"""


def make(folder: Path) -> None:
    """Write the files of M21 into `folder`. Episode 1 is low, episode 2 near the target, episode 3 too loud, its peaks at the ceiling."""
    write(folder / "mixage-voix.wav", _cut(mix(at(1, voice(TEXT, pitch=180, level=0.3, seed=21)), noise(8, 0.002, 1)), 8))
    write(folder / "mixage-musique.wav", _music(8, 0.34))
    write(folder / "mixage-ambiance.wav", mix(noise(4, 0.12, 6), louder(noise(4, 0.3, 7), 0.3)))
    for rank, (said, level) in enumerate(zip(SAID, (0.13, 0.5, 1.5), strict=True), start=1):
        episode = mix(voice(said, pitch=105 + 30 * rank, level=level, seed=30 + rank), louder(_music(4, 0.1), level))
        write(folder / f"episode-{rank:02}.wav", _cut(episode, 4))
    (folder / "fiche-technique.csv").write_text(SHEET, encoding="utf-8-sig")
    (folder / "credit-musique.txt").write_text(CREDIT, encoding="utf-8")


def _music(seconds: int, level: float) -> Samples:
    """Two plucked notes a second, over and over."""
    tune = (262, 330, 392, 330, 294, 349, 440, 349)
    return _cut(mix(*(at(rank / 2, note(tune[rank % 8], 1.5, level)) for rank in range(seconds * 2))), seconds)


def _cut(samples: Samples, seconds: int) -> Samples:
    count = seconds * 8000
    return (samples + silence(seconds))[:count]
