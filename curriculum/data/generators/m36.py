"""Files to work on in M36: an empty dossier, fourteen proofs to sort, a talk to take up again, a running order, questions, a sheet to listen with."""

from pathlib import Path

from curriculum.data.generators import papers

BLOCKS = (
    "1. Agir en professionnel dans une équipe", "2. Utiliser un environnement numérique de travail", "3. Numériser et préparer des images",
    "4. Traiter le son et la vidéo", "5. Réaliser des supports graphiques", "6. Contenus web et commande livrée",
)  # fmt: skip
HEAD = ("Compétence", "Preuve (titre, date)", "Ce qu'elle montre, en une phrase", "Qui peut le dire", "Accord pour montrer")
PLAN = (
    ("Mon projet de suite, en une phrase", ""), ("Ce que j'ai déjà qui m'y prépare (deux preuves)", ""), ("Ce qui me manque encore", ""),
    ("Ma première démarche : qui, quoi, quel jour", ""), ("La trace de cette démarche (message, rendez-vous)", ""), ("Si la réponse est non, je fais :", ""),
)  # fmt: skip
PROOFS = """numero;piece;date;ce que l'on sait;je garde, je complete ou je laisse;pourquoi
1;Bon de livraison de douze photos détourées, signé;2026-03-12;la ressourcerie, réserve levée le 15;;
2;Les douze photos détourées, avant et après;2026-03-12;la ressourcerie a dit oui pour les montrer;;
3;Vidéo entière d'une fête, 38 minutes;2026-04-02;on ne sait pas qui a monté quoi;;
4;Extrait de 40 secondes de cette vidéo, son rôle écrit dessous;2026-04-02;monté par Inaya, l'équipe confirme;;
5;« Je suis douée en son » (autoévaluation);;écrit par Inaya;;
6;Liste des élèves d'une école, avec leurs adresses;2026-02-10;reçue d'un client pour un trombinoscope;;
7;Suivi de deux semaines, prévu et réel;2026-03-18;commande du club de marche;;
8;Avis du club : « tout est clair, on recommence »;2026-03-18;signé, citation acceptée;;
9;Capture d'une page web, sans adresse ni date;;une page du chantier, peut-être;;
10;Fiche de contrôle d'accessibilité, dix points, signée;2026-06-03;contrôle croisé avec Malik;;
11;Grille du formateur, sous-titrage, trois critères acquis;2026-04-22;signée;;
12;Affiche imprimée, version 1 sans les corrections;2026-05-04;la version 3 a été livrée;;
13;Affiche, version 3, et les six remarques cochées;2026-05-11;le centre social a validé par message;;
14;Bilan d'immersion de cinq jours dans une imprimerie;2026-06-12;tampon et signature du tuteur;;
"""
TALK = """Présentation d'Inaya, version 1 (dite en 9 minutes)

Bonjour. On a fait un livret pour un club. C'était super.
D'abord on a eu les cartes, il y en avait une trentaine je crois.
On a scanné, on a nettoyé, on a mis en page. C'était long.
À un moment il y a eu un souci mais on a réglé.
Le client était content. Voilà.

Ce que l'on apprend en l'interrogeant
Le club de marche voulait 30 cartes dessinées en un livret PDF, pour le 18 mars à midi.
Malik a scanné. Inaya a nettoyé les images, fait la mise en page et le bon de livraison.
Elle a choisi 300 ppp, parce que le livret s'imprime, et le gris, parce que le trait est au crayon.
Le souci : une carte était coupée. Elle l'a vue au contrôle et a rappelé le club le jour même.
Prévu 20 heures, passé 21. Remis à 11 h 30. Avis : « tout est clair, on recommence ».
Ce qu'elle changerait : compter les cartes devant le client.
"""
ORDER = """temps;debut (min);duree (min);ecran;ce que je dis, en un mot cle;ce que je montre
Bonjour, qui je suis;0;;;;
La demande;;;;;
Mon rôle;;;;;
Ma méthode, choix 1;;;;;
Ma méthode, choix 2;;;;;
Un souci et sa solution;;;;;
Le résultat et l'avis;;;;;
Ce que j'ai appris, ma suite;;;;;
Total (entre 18 et 20);;;;;
"""
QUESTIONS = """numero;question du jury;bloc
1;Qu'avez-vous fait vous-même, et qu'a fait l'équipe ?;1
2;Racontez une remarque qui vous a fait changer votre travail.;1
3;Qu'avez-vous fait quand la date était menacée ?;1
4;Combien de temps prévu, combien passé ? D'où vient l'écart ?;1
5;Comment avez-vous rangé et sauvegardé les fichiers ?;2
6;Aviez-vous le droit de publier cette photo ?;2
7;Quelle résolution avez-vous choisie, et pourquoi ?;3
8;Comment avez-vous contrôlé votre détourage ?;3
9;Comment savez-vous que le son n'est pas trop fort ?;4
10;Pour qui étaient ces sous-titres, et qu'avez-vous adapté ?;4
11;Pourquoi cette couleur et cette police ?;5
12;Qu'avez-vous vérifié avant d'envoyer à l'imprimeur ?;5
13;Comment une personne au clavier lit-elle votre page ?;6
14;Montrez la trace d'une validation du client.;6
15;Qu'a dit le client à la fin ?;6
16;Que feriez-vous autrement aujourd'hui ?;tous
17;Une question à laquelle vous ne savez pas répondre : choisissez-la et répondez quand même.;tous
18;Quelle est votre suite, et votre prochaine démarche ?;1
"""
LISTEN = """point;oui, presque, pas encore;un exemple entendu
La demande : qui, quoi, pour quand;;
Son rôle : « j'ai » et « nous avons » sont clairs;;
Deux choix, avec leurs raisons;;
Le résultat, avec un nombre ou un avis;;
La fiche, une trace d'accord et le bon sont montrés;;
La durée est entre 18 et 20 minutes;;
La réponse reformule la question difficile;;
Le projet et la première démarche, avec une date;;
Une force;;
Un conseil;;
"""


def make(folder: Path) -> None:
    """Write the files of M36 into `folder`. Of the fourteen proofs, nine are to keep; 6 shows personal data and is never to be shown."""
    tables = [part for block in BLOCKS for part in (papers.title(block), papers.table([HEAD, *[("",) * len(HEAD)] * 3]))]
    cover = (papers.title("Mon dossier de compétences"), papers.paragraph("Prénom, nom :"), papers.paragraph("Version et date :"))
    papers.write(folder / "dossier-modele.odt", *cover, *tables)
    papers.write(folder / "mon-projet.odt", papers.title("Mon projet et ma première démarche"), papers.table(PLAN))
    (folder / "presentation-d-inaya.txt").write_text(TALK, encoding="utf-8")
    for name, text in (
        ("quatorze-preuves.csv", PROOFS), ("conducteur.csv", ORDER), ("dix-huit-questions.csv", QUESTIONS), ("grille-d-ecoute.csv", LISTEN),
    ):  # fmt: skip
        (folder / name).write_text(text, encoding="utf-8-sig")
