"""Files to work on in M19: three takes of one sentence, texts to read, a take sheet and a voice agreement."""

from pathlib import Path

from curriculum.data.generators.sound import Samples, at, hum, louder, mix, noise, silence, voice, write

LINE = "Bonjour. Je suis née ici, et je connais tous les arbres de la place."
TEXTS = """BALADE SONORE DU QUARTIER : TROIS TEXTES À LIRE
Chaque texte dure quarante secondes environ, lu sans courir.

1. LA PLACE (fichier : balade_place)
Bonjour. Vous êtes sur la place. Regardez les huit arbres. Ils ont été plantés en 1962, avec les premières tours.
Le samedi, le marché arrive à six heures. Les camions reculent, les bâches claquent. À sept heures, ça sent déjà le pain.
Moi, je viens pour parler. J'achète trois pommes et je reste une heure. Ici, tout le monde se connaît.
L'été, les enfants courent dans la fontaine. L'hiver, on se serre sous l'abri du bus. La place, c'est notre salon.
Continuez tout droit. Passez sous le porche bleu. Je vous attends au jardin.

2. LE JARDIN (fichier : balade_jardin)
Vous voilà au jardin. Poussez le portillon, il grince un peu. Il y a vingt-deux carrés de terre. Chacun a le sien.
Ici, ce sont mes tomates. Là, la menthe de Fatou. Au fond, le compost : il nourrit tout le reste.
On partage l'eau, les outils et les recettes. En août, on mange ensemble, sur les grandes tables.
Écoutez. On entend les oiseaux, et pourtant la route est à cent mètres. C'est pour ça que je viens.
Prenez le chemin à gauche. Il descend vers le lavoir.

3. LE LAVOIR (fichier : balade_lavoir)
Le lavoir a été refait en 1998. Ma grand-mère y venait le lundi, avec sa brouette et son savon.
Touchez le bord de pierre. Il est creusé par les mains. Elles ont frotté là pendant cent ans.
On disait que les nouvelles du village passaient par l'eau. Aujourd'hui, on y joue de la musique une fois par an.
Restez un peu. Fermez les yeux. L'eau coule toujours.
La balade est finie. Merci d'avoir marché avec nous.
"""
SHEET = """Fiche de prise;;;;;
Projet;balade;Date;;Lieu;
Micro;;Distance;;Gain;
Heure;Texte et lieu;Numéro de prise;Crête la plus haute (dBFS);Remarque;Bonne prise ? (oui / non)
;La place;01;;;
;La place;02;;;
;Le jardin;01;;;
;Le jardin;02;;;
;Le lavoir;01;;;
;Le lavoir;02;;;
Copie 1 (où ?);;Nombre de fichiers;;Taille totale;
Copie 2 (où ?);;Nombre de fichiers;;Taille totale;
Carte libérée le;;Accord donné par;;;
"""
AGREEMENT = """AUTORISATION D'ENREGISTRER ET D'UTILISER UNE VOIX
Modèle d'exercice : le client fournit le sien, ou fait valider celui-ci.

Je soussigné(e) : .................................................
Projet : balade sonore du quartier
J'accepte que ma voix soit enregistrée le : .......................
J'accepte qu'elle soit diffusée (coche) :
[ ] dans la balade, sur téléphone
[ ] sur le site de la maison de quartier
Durée de cette autorisation : .....................................
Mon nom est cité (oui / non) : ....................................
Je peux demander l'arrêt de la diffusion à : ......................

Date :                 Signature :
(Pour une personne de moins de 18 ans : signature des parents aussi.)
"""


def make(folder: Path) -> None:
    """Write the files of M19 into `folder`: take A is sound, B goes over the ceiling, C is far away, with a fan and a hum."""
    write(folder / "prise-a.wav", mix(_line(0.32), noise(_LENGTH, 0.002, 1)))
    write(folder / "prise-b.wav", mix(louder(_line(0.32), 6), noise(_LENGTH, 0.003, 2)))
    write(folder / "prise-c.wav", mix(_echo(_line(0.035)), noise(_LENGTH, 0.02, 3), hum(_LENGTH, 0.01)))
    (folder / "textes-a-lire.txt").write_text(TEXTS, encoding="utf-8")
    (folder / "fiche-de-prise.csv").write_text(SHEET, encoding="utf-8-sig")
    (folder / "autorisation-voix.txt").write_text(AGREEMENT, encoding="utf-8")


_LENGTH = 9.0


def _line(level: float) -> Samples:
    """Two seconds of the room, the sentence, the room again."""
    said = at(2, voice(LINE, pitch=185, level=level, seed=19))
    return said + silence(max(0.0, _LENGTH - len(said) / 8000))


def _echo(samples: Samples) -> Samples:
    return mix(samples, at(0.06, louder(samples, 0.5)), at(0.11, louder(samples, 0.35)), at(0.17, louder(samples, 0.2)))[: len(samples)]
