"""Files to work on in M03: the order sheet to fill in, the three requests of the practical, six cards for the role play."""

from pathlib import Path

from curriculum.data.generators import papers

SHEET = (
    ("Client : nom, rôle, comment le joindre", ""), ("Quoi : le produit et son nombre", ""), ("Pour qui : le destinataire, et où il le verra", ""),
    ("Comment : type de fichier, taille, couleur, durée", ""), ("Quand : jour, heure, façon de livrer", ""),
    ("Contenu fourni : textes, images, logo", ""), ("Droits et accords des personnes", ""), ("Ce qui manque : mes questions", ""),
    ("Étapes prévues et qui valide chacune", ""), ("Accord du client : date et trace", ""),
)  # fmt: skip
REQUESTS = """Demande 1 : un message écrit
De : M. Diallo, du collège
« Bonjour, il nous faut une vidéo sous-titrée pour les parents. La vidéo dure deux minutes.
La réunion est le jeudi 3 avril à 18 h. Je vous apporte le fichier lundi. »

Demande 2 : un message vocal, à faire lire vite et une seule fois par ton formateur
« Oui bonjour, c'est Louise, du resto solidaire. Alors voilà, on refait la carte. On aurait besoin
de petites images pour les plats, vous savez, sans le fond. C'est pour le site et pour la carte en papier.
Il y a huit plats. Enfin neuf, si on garde la soupe. On ouvre le nouveau menu le 20.
Les photos, c'est Ahmed qui les a. Rappelez-moi plutôt le matin. Merci, au revoir. »

Demande 3 : au comptoir, jouée par ton formateur
M. Benali, de l'amicale des locataires, pose une pochette sur la table.
« Ce sont nos bulletins. Je voudrais tout mettre sur l'ordinateur. »
Il répond aux questions. Il ne dit rien de lui-même.
"""
CARDS = """carte;client;demande a dire;cachee 1;cachee 2
1;Mme Costa, fleuriste;Une carte de visite, vite;imprimée recto verso;250 exemplaires
2;M. Kone, club d'échecs;Un film du tournoi;trois minutes au plus;il faut des sous-titres
3;Léo, crèche;Des étiquettes pour les casiers;22 prénoms;la liste arrive demain
4;Mme Petit, boulangère;Changer les horaires du site;fermé en août;son neveu a le mot de passe
5;Jean, chorale;Nettoyer un enregistrement;il faut un MP3;le concert est le 12 à 20 h
6;Awa, association;Un logo plus joli;pour un tampon, donc sans couleur;la présidente valide
"""


def make(folder: Path) -> None:
    """Write the files of M03 into `folder`. Each request leaves something out; each card hides two things."""
    papers.write(folder / "fiche-commande.odt", papers.title("Fiche de commande"), papers.table(SHEET))
    (folder / "trois-demandes.txt").write_text(REQUESTS, encoding="utf-8")
    (folder / "cartes-de-role.csv").write_text(CARDS, encoding="utf-8-sig")
