"""Files to work on in M09: three pages that disagree, six messages received, a badly written one, a table of sources to fill in."""

from pathlib import Path

PAGE = """<!DOCTYPE html>
<html lang="fr">
<head><meta charset="utf-8"><title>{title}</title>
<style>body{{font-family:sans-serif;max-width:42em;margin:2em auto;background:#fbf9f4;color:#1d2b2a}} .b{{background:{band};padding:1em}}</style>
</head>
<body>
<p class="b">{site}</p>
<h1>{title}</h1>
{body}
</body>
</html>
"""
PAGES = {
    "page-a": {
        "site": "https://archives.ville-tourelles.example/parc : Archives de la ville", "band": "#d7e8e4", "title": "Le parc des Tourelles",
        "body": "<p>Page écrite par Claire Benoît, archiviste. Mise à jour le 14 janvier 2026.</p>\n"
        "<p>Le conseil municipal décide la création du parc le 3 mars 1974 (registre 1974, page 88). "
        "Le parc ouvre au public le 12 juin 1976. Il mesure 4,2 hectares.</p>\n"
        "<p>Documents : registre 1974 ; photographie de l'ouverture, cote 7 Fi 112.</p>\n"
        "<p>Mentions légales. Contact : 01 99 00 00 00.</p>",
    },
    "page-b": {
        "site": "https://infos-choc-tourelles.example : On vous cache tout !", "band": "#f7e9cf", "title": "Le parc va FERMER, partagez vite !!!",
        "body": "<p>C'est un proche de la mairie qui nous l'a dit. Le parc, ouvert en 1974, fermera en juin pour toujours.</p>\n"
        "<p>Regardez la photo : tout est déjà clôturé ! (photo non datée)</p>\n<p>Partagez avant que ce soit supprimé.</p>\n"
        "<p>Aucun nom, aucune date, aucune mention.</p>",
    },
    "page-c": {
        "site": "https://velos-tourelles.example : Louez votre vélo", "band": "#e6e9e6", "title": "Une balade dans le parc",
        "body": "<p>Par l'équipe de la boutique, mai 2023.</p>\n"
        "<p>Ouvert en juin 1976, le parc des Tourelles est le plus beau de la région. Avec ses 6 hectares, il faut un vélo pour en faire "
        "le tour : louez le vôtre chez nous !</p>\n<p>Une partie sera fermée deux semaines en juin pour réparer les allées "
        "(arrêté municipal affiché à l'entrée).</p>\n<p>Mentions légales. Boutique ouverte de 9 h à 18 h.</p>",
    },
}  # fmt: skip
MESSAGES = """Six messages reçus. Pour chacun : je réponds, je montre à mon référent, je supprime. Et pourquoi.

1. De : elise.martin@mediatheque.example - Objet : Panneau du quartier
   Bonjour, pouvez-vous m'envoyer la liste des sources avant jeudi ? Merci, Élise Martin, médiathèque.

2. De : securite@poste-it-support.example - Objet : URGENT compte bloqué
   Cher utilisateur, votre boîte ferme ce soir. Entrez votre mot de passe ici : http://verif-boite.example

3. De : yann@chantier.example - Objet : Poste 3
   Salut, le câble du poste 3 est changé. Dis-moi si le dossier partagé s'ouvre. Yann

4. De : farida.chantier@courrier-gratuit.example - Objet : besoin d'aide
   C'est Farida. Je suis en réunion, achète trois cartes cadeaux et envoie-moi les codes. Je te rembourse.

5. De : info@salon-numerique.example - Objet : Programme du forum
   Bonjour, voici le programme du forum des métiers, en pièce jointe : programme.pdf. L'équipe du salon.

6. De : colis@livraison-express.example - Objet : Votre colis attend
   Payez 1,99 euro de frais sous 24 h pour recevoir votre colis : http://colis-frais.example
"""
DRAFT = """De : toi
À : toute l'équipe, Élise, un client
Objet : (vide)

slt c pour le truc du panneau g mis les sources enfin presque il en manque 2 je crois
tu me dis si c bon vite stp et aussi on fait quoi pour la photo du parc
(pièce jointe : aucune)
"""
SOURCES = """sujet;texte en deux phrases;source 1 : auteur;titre;adresse;date de la page;lue le;source 2 : auteur;titre;adresse;date de la page;lue le;indice
;;;;;;;;;;;;
"""


def make(folder: Path) -> None:
    """Write the files of M09 into `folder`. Only page A gives its documents; B spreads a rumour; C sells, and one of its two figures is wrong."""
    for name, parts in PAGES.items():
        (folder / f"{name}.html").write_text(PAGE.format(**parts), encoding="utf-8")
    (folder / "six-messages.txt").write_text(MESSAGES, encoding="utf-8")
    (folder / "message-a-reprendre.txt").write_text(DRAFT, encoding="utf-8")
    (folder / "tableau-des-sources.csv").write_text(SOURCES, encoding="utf-8-sig")
