/* language_latin.c -- see language.h: what is known of languages in Latin
** script.
**
** Of each: frequent words, the most frequent first; and some sentences, which
** say about the same in all of them, so that the profiles differ by language
** and not by subject.
*/
#include "text/language.h"
#include "base/poison.h"

const LitLanguage lit_language_latin[] = {
  {"en", "English", LIT_LATIN,
   "the of and to in a is that for it was on are as with his they at be "
   "this from have or by one had not but what all were when we there can an "
   "your which their said if do will each about how up out them then she "
   "many some so these would other into has more her two like him see time "
   "could no make than been its who now people my made over did down only "
   "way find use may water long little very after words called just where "
   "most know",
   "We present a new method for the analysis of large collections of text, "
   "and we show that it works better than the approaches which were used "
   "before. The results of our experiments suggest that the quality of the "
   "data has a strong influence on the performance of the system. However, "
   "there are still many questions that should be answered by further "
   "research. The children went to the house of their grandmother, who was "
   "waiting for them with a warm meal. It has been known for a long time "
   "that this question cannot be answered without looking at what people "
   "actually do. Learning, training, evaluation, information, language, "
   "knowledge, question, thought, through, although, might, right. Neural "
   "models for ranking and retrieval of documents are trained with large "
   "amounts of labeled data, which is often expensive to collect. A simple "
   "approach to machine translation, semantic parsing and question "
   "answering using attention, memory and search. Towards robust, efficient "
   "and interpretable deep networks: a survey of recent work on generation, "
   "understanding, reasoning and planning. My friend thinks that nothing "
   "should happen until everyone has arrived and the weather gets warmer. "
   "Walking along the river yesterday, she saw several birds, some horses "
   "and an old wooden bridge near the garden."},
  {"de", "German", LIT_LATIN,
   "der die und in den von zu das mit sich des auf für ist im dem nicht ein "
   "eine als auch es an werden aus er hat dass sie nach wird bei einer um "
   "am sind noch wie einem über einen so zum war haben nur oder aber vor "
   "zur bis mehr durch man sein wurde sei ich wir uns ihre seine kann wenn "
   "ihr gegen vom können schon dieser diese keine unter alle wieder",
   "Wir stellen ein neues Verfahren zur Untersuchung großer Sammlungen von "
   "Texten vor und zeigen, dass es besser arbeitet als die bisher "
   "verwendeten Ansätze. Die Ergebnisse unserer Versuche legen nahe, dass "
   "die Güte der Daten einen starken Einfluss auf die Leistung des Systems "
   "hat. Es gibt jedoch noch viele Fragen, die durch weitere Forschung "
   "beantwortet werden müssen. Die Kinder gingen zum Haus ihrer Großmutter, "
   "die schon mit einem warmen Essen auf sie wartete. Seit langer Zeit ist "
   "bekannt, dass sich diese Frage nicht beantworten lässt, ohne zu "
   "betrachten, was die Menschen wirklich tun. Gestern sah sie am Fluss "
   "mehrere Vögel, einige Pferde und eine alte hölzerne Brücke. Überblick "
   "über neuere Arbeiten zu maschineller Übersetzung, Suche und Verstehen "
   "gesprochener Texte. Sprache, Wissenschaft, Möglichkeit, Entwicklung, "
   "schließlich, natürlich, während, zwischen, schwierig, Gesellschaft."},
  {"fr", "French", LIT_LATIN,
   "de la le et les des en un du une que est pour qui dans a par plus pas "
   "au sur ne se ce il sont avec son aux cette mais on nous ou été ont même "
   "comme leur ses elle deux être ces sans peut tout après fait était aussi "
   "dont entre très sous encore lui où si avait bien leurs moins toujours "
   "je vous faire notre depuis",
   "Nous présentons une nouvelle méthode pour l'analyse de grandes "
   "collections de textes et nous montrons qu'elle donne de meilleurs "
   "résultats que les approches utilisées jusqu'ici. Les résultats de nos "
   "expériences suggèrent que la qualité des données a une forte influence "
   "sur les performances du système. Il reste cependant beaucoup de "
   "questions auxquelles les recherches futures devront répondre. Les "
   "enfants sont allés chez leur grand-mère, qui les attendait avec un "
   "repas chaud. On sait depuis longtemps qu'on ne peut pas répondre à "
   "cette question sans regarder ce que les gens font vraiment. Hier, le "
   "long de la rivière, elle a vu plusieurs oiseaux, quelques chevaux et un "
   "vieux pont de bois. Étude des travaux récents en traduction, recherche "
   "d'information, compréhension et génération du langage naturel. "
   "L'apprentissage, la langue, connaissance, aujourd'hui, développement, "
   "traitement automatique, évaluation, première, plusieurs, lorsque, "
   "façon, ainsi."},
  {"es", "Spanish", LIT_LATIN,
   "de la que el en y a los se del las un por con no una su para es al lo "
   "como más o pero sus le ha me si sin sobre este ya entre cuando todo "
   "esta ser son dos también fue había era muy años hasta desde está mi "
   "porque qué sólo han yo hay vez puede todos así nos ni parte tiene él "
   "uno donde bien tiempo mismo ese ahora cada otro después",
   "Presentamos un nuevo método para el análisis de grandes colecciones de "
   "textos y mostramos que funciona mejor que los enfoques utilizados hasta "
   "ahora. Los resultados de nuestros experimentos sugieren que la calidad "
   "de los datos tiene una fuerte influencia en el rendimiento del sistema. "
   "Sin embargo, todavía quedan muchas preguntas que deberán ser "
   "respondidas por futuras investigaciones. Los niños fueron a la casa de "
   "su abuela, que los esperaba con una comida caliente. Se sabe desde hace "
   "mucho tiempo que no se puede responder a esta pregunta sin mirar lo que "
   "la gente hace realmente. El aprendizaje, lenguaje, conocimiento, "
   "evaluación, información, desarrollo, mañana, pequeño, también, "
   "mientras, según, través, hacia."},
  {"pt", "Portuguese", LIT_LATIN,
   "de a o que e do da em um para com não uma os no se na por mais as dos "
   "como mas ao ele das à seu sua ou quando muito nos já eu também só pelo "
   "pela até isso ela entre depois sem mesmo aos seus quem nas me esse eles "
   "você essa num nem suas meu às minha numa são foi está ser tem há era "
   "ter pode sobre anos onde ainda",
   "Apresentamos um novo método para a análise de grandes coleções de "
   "textos e mostramos que ele funciona melhor do que as abordagens "
   "utilizadas até agora. Os resultados das nossas experiências sugerem que "
   "a qualidade dos dados tem uma forte influência no desempenho do "
   "sistema. No entanto, ainda há muitas questões que deverão ser "
   "respondidas por pesquisas futuras. As crianças foram à casa da sua avó, "
   "que as esperava com uma refeição quente. Sabe-se há muito tempo que não "
   "se pode responder a esta pergunta sem olhar para aquilo que as pessoas "
   "realmente fazem. Aprendizagem, linguagem, conhecimento, avaliação, "
   "informação, desenvolvimento, manhã, pequeno, então, através, enquanto, "
   "porém, não são, questão."},
  {"it", "Italian", LIT_LATIN,
   "di e il la che in a per un del non una con i le è si da al sono dei "
   "come nel gli alla della più lo ha anche ma o delle se su dal ed questo "
   "essere cui ci suo stato nella tra loro sua quando dalla era fra due "
   "molto tutti solo dopo perché così hanno ancora degli già mi anni fatto "
   "prima senza dove ogni tutto quello può",
   "Presentiamo un nuovo metodo per l'analisi di grandi raccolte di testi e "
   "mostriamo che funziona meglio degli approcci utilizzati finora. I "
   "risultati dei nostri esperimenti suggeriscono che la qualità dei dati "
   "ha una forte influenza sulle prestazioni del sistema. Rimangono "
   "tuttavia molte domande alle quali dovranno rispondere le ricerche "
   "future. I bambini andarono a casa della nonna, che li aspettava con un "
   "pasto caldo. Si sa da molto tempo che non è possibile rispondere a "
   "questa domanda senza guardare ciò che la gente fa davvero. "
   "Apprendimento, linguaggio, conoscenza, valutazione, informazione, "
   "sviluppo, piccolo, oggi, attraverso, mentre, però, perciò, città, "
   "qualche, anzi."},
  {"ca", "Catalan", LIT_LATIN,
   "de la i a que el en les un per amb del no és una els al es com va ha "
   "més són o seva seu hi aquest si però ser dels aquesta entre molt fins "
   "ja pel sobre tot també perquè quan han sense dos anys on era qui ho "
   "havia dues aquests després així tots cada només sempre nova mateix",
   "Presentem un nou mètode per a l'anàlisi de grans col·leccions de textos "
   "i mostrem que funciona millor que els enfocaments utilitzats fins ara. "
   "Els resultats dels nostres experiments suggereixen que la qualitat de "
   "les dades té una forta influència en el rendiment del sistema. "
   "Tanmateix, encara hi ha moltes preguntes que hauran de ser respostes "
   "per futures recerques. Els nens van anar a casa de la seva àvia, que "
   "els esperava amb un àpat calent. Se sap des de fa molt de temps que no "
   "es pot respondre aquesta pregunta sense mirar allò que la gent fa "
   "realment. Aprenentatge, llenguatge, coneixement, avaluació, informació, "
   "desenvolupament, petit, avui, mentre, això, doncs, llavors, qualsevol, "
   "any, ciutat."},
  {"ro", "Romanian", LIT_LATIN,
   "de și în a la cu care pe nu să un o din că este mai se ce pentru sunt "
   "au fost ca al fi lui prin sau dar după cele ale le am are lor fără "
   "între acest această unei unui până când toate doar foarte peste poate "
   "aceste astfel sale sa acum cum dacă toți ani era nici decât fiind",
   "Prezentăm o metodă nouă pentru analiza colecțiilor mari de texte și "
   "arătăm că funcționează mai bine decât abordările folosite până acum. "
   "Rezultatele experimentelor noastre sugerează că din calitatea datelor "
   "rezultă o influență puternică asupra performanței sistemului. Rămân "
   "totuși multe întrebări la care vor trebui să răspundă cercetările "
   "viitoare. Copiii au mers la casa bunicii lor, care îi aștepta cu o masă "
   "caldă. Se știe de mult timp că nu se poate răspunde la această "
   "întrebare fără a privi ceea ce oamenii fac cu adevărat. Învățare, "
   "limbaj, cunoaștere, evaluare, informație, dezvoltare, mică, astăzi, "
   "prin urmare, însă, în timp ce, orașul, fiecare."},
  {"nl", "Dutch", LIT_LATIN,
   "de van het een en in is dat op te zijn met voor niet die aan er om ook "
   "als dan maar bij of uit nog naar hij wordt door ze heeft over werd kan "
   "tot wel meer geen deze worden zich was had zo hebben ik we haar dit hun "
   "zou al jaar nu veel moet wij alle onder tegen zal twee waar hoe onze "
   "omdat hem",
   "Wij presenteren een nieuwe methode voor de analyse van grote "
   "verzamelingen teksten en laten zien dat deze beter werkt dan de "
   "benaderingen die tot nu toe gebruikt werden. De resultaten van onze "
   "experimenten suggereren dat de kwaliteit van de gegevens een sterke "
   "invloed heeft op de prestaties van het systeem. Er zijn echter nog veel "
   "vragen die door verder onderzoek beantwoord moeten worden. De kinderen "
   "gingen naar het huis van hun grootmoeder, die met een warme maaltijd op "
   "hen wachtte. Het is al lang bekend dat deze vraag niet beantwoord kan "
   "worden zonder te kijken naar wat mensen werkelijk doen. Leren, taal, "
   "kennis, evaluatie, ontwikkeling, mogelijkheid, klein, vandaag, tussen, "
   "terwijl, natuurlijk, bijvoorbeeld, gezien, schrijven."},
  {"sv", "Swedish", LIT_LATIN,
   "och i att det som en på är av för med den till inte har de ett om han "
   "men var jag sig från vi så kan man när år under också efter eller nu "
   "sin där vid mot ska skulle kommer ut får finns vara hade alla andra "
   "mycket än här då sedan över bara in blir upp även vad två vill ha många "
   "hur mer går sverige detta nya procent",
   "Vi presenterar en ny metod för analys av stora textsamlingar och visar "
   "att den fungerar bättre än de metoder som hittills har använts. "
   "Resultaten av våra försök tyder på att datans kvalitet har ett starkt "
   "inflytande på systemets prestanda. Det finns dock fortfarande många "
   "frågor som måste besvaras av framtida forskning. Barnen gick till sin "
   "mormors hus, där hon väntade på dem med en varm måltid. Det är sedan "
   "länge känt att frågan inte kan besvaras utan att man ser på vad "
   "människor faktiskt gör. Lärande, språk, kunskap, utvärdering, "
   "utveckling, möjlighet, liten, idag, mellan, medan, naturligtvis, själv, "
   "också, något, genom."},
  {"da", "Danish", LIT_LATIN,
   "og i at det er en til af på for med de den der som ikke har et om var "
   "han men fra vi jeg sig så kan over når efter skal være også eller hun "
   "blev nu havde ud ved vil kunne op hvor man mere da alle ind hvis mod "
   "andre siger få noget mange år bliver selv meget under sin kun blive end "
   "mig dem hvad to",
   "Vi præsenterer en ny metode til analyse af store tekstsamlinger og "
   "viser, at den virker bedre end de metoder, der hidtil er blevet brugt. "
   "Resultaterne af vores forsøg tyder på, at kvaliteten af data har en "
   "stærk indflydelse på systemets ydeevne. Der er dog stadig mange "
   "spørgsmål, som må besvares af fremtidig forskning. Børnene gik hen til "
   "deres bedstemors hus, hvor hun ventede på dem med et varmt måltid. Det "
   "har længe været kendt, at man ikke kan besvare dette spørgsmål uden at "
   "se på, hvad folk faktisk gør. Læring, sprog, viden, evaluering, "
   "udvikling, mulighed, lille, i dag, mellem, mens, naturligvis, "
   "selvfølgelig, uddannelse, gennem, nogle, også, meget, ligger, dage."},
  {"no", "Norwegian", LIT_LATIN,
   "og i det er på som en at til av for med ikke den har de å et var om han "
   "jeg men seg så fra kan vi skal etter år ble sier når også opp være mot "
   "eller over da nå ut ved vil blir hadde må bare hun noe mer alle kommer "
   "under mye andre får få inn selv sin før hvor noen siden to mange meg "
   "deg hva denne dette norge",
   "Vi presenterer en ny metode for analyse av store tekstsamlinger og "
   "viser at den virker bedre enn metodene som har vært brukt hittil. "
   "Resultatene av forsøkene våre tyder på at kvaliteten på dataene har "
   "sterk innflytelse på ytelsen til systemet. Det finnes likevel fortsatt "
   "mange spørsmål som må besvares av framtidig forskning. Barna gikk til "
   "huset til bestemoren sin, der hun ventet på dem med et varmt måltid. "
   "Det har lenge vært kjent at man ikke kan besvare dette spørsmålet uten "
   "å se på hva folk faktisk gjør. Læring, språk, kunnskap, evaluering, "
   "utvikling, mulighet, liten, i dag, mellom, mens, naturligvis, "
   "utdanning, gjennom, noen, også, veldig, oppgave, ligger, dager."},
  {"fi", "Finnish", LIT_LATIN,
   "ja on ei että se hän oli kun ovat mutta joka mukaan myös kuin niin sen "
   "olla jo tai vain ole jos sekä nyt kanssa voi mitä vielä vuoden sitä "
   "hänen minä ollut tämä mikä kaikki tämän jälkeen siitä noin sitten joita "
   "ennen koska vuonna olisi enää näin siis kuitenkin yli ne me niitä hyvin "
   "usein paljon",
   "Esittelemme uuden menetelmän suurten tekstikokoelmien tutkimiseen ja "
   "osoitamme, että se toimii paremmin kuin tähän asti käytetyt "
   "lähestymistavat. Kokeidemme tulokset viittaavat siihen, että aineiston "
   "laatu vaikuttaa voimakkaasti järjestelmän suorituskykyyn. On kuitenkin "
   "vielä monia kysymyksiä, joihin tulevan tutkimuksen on vastattava. "
   "Lapset menivät isoäitinsä taloon, jossa tämä odotti heitä lämpimän "
   "ruoan kanssa. On jo kauan tiedetty, ettei tähän kysymykseen voida "
   "vastata katsomatta, mitä ihmiset todella tekevät. Oppiminen, kieli, "
   "tieto, arviointi, kehitys, mahdollisuus, pieni, tänään, välillä, "
   "aikana, luonnollisesti, käyttää, yhteiskunta."},
  {"et", "Estonian", LIT_LATIN,
   "ja on ei et see oli ta kui ka oma mis ning aga mida kes siis või nii "
   "juba seda selle veel ainult välja mitte kõik nagu üks pole minu tema "
   "olid pärast aasta peab saab võib kuid ole sest üle meie enne väga ühe "
   "kus palju selles nüüd midagi kuna ma nad ju",
   "Tutvustame uut meetodit suurte tekstikogude uurimiseks ja näitame, et "
   "see töötab paremini kui seni kasutatud lähenemised. Meie katsete "
   "tulemused viitavad sellele, et andmete kvaliteet mõjutab tugevasti "
   "süsteemi toimimist. Siiski on veel palju küsimusi, millele tulevased "
   "uurimused peavad vastama. Lapsed läksid oma vanaema majja, kus ta ootas "
   "neid sooja toiduga. Ammu on teada, et sellele küsimusele ei saa vastata "
   "ilma vaatamata, mida inimesed tegelikult teevad. Õppimine, keel, "
   "teadmised, hindamine, areng, võimalus, väike, täna, vahel, ajal, "
   "loomulikult, kasutada, ühiskond, õpilane."},
  {"hu", "Hungarian", LIT_LATIN,
   "a az és hogy nem is egy ez meg csak volt már de van még ha mint vagy el "
   "ki azt sem lesz ezt kell mert nagy minden fel be más új szerint után "
   "között által amely aki amikor majd nagyon lehet illetve így pedig "
   "magyar két több arra lett ezek azonban ahol ő én olyan",
   "Új módszert mutatunk be nagy szöveggyűjtemények elemzésére, és "
   "megmutatjuk, hogy jobban működik, mint az eddig használt "
   "megközelítések. Kísérleteink eredményei arra utalnak, hogy az adatok "
   "minősége erősen befolyásolja a rendszer teljesítményét. Még mindig sok "
   "olyan kérdés van azonban, amelyre a további kutatásnak kell választ "
   "adnia. A gyerekek elmentek a nagymamájuk házába, aki meleg étellel "
   "várta őket. Régóta ismert, hogy erre a kérdésre nem lehet válaszolni "
   "anélkül, hogy megnéznénk, mit tesznek valójában az emberek. Tanulás, "
   "nyelv, tudás, értékelés, fejlődés, lehetőség, kicsi, ma, között, "
   "közben, természetesen, használ, társadalom, országgyűlés."},
  {"pl", "Polish", LIT_LATIN,
   "w i na z się nie do to że jest o jak a po od za co przez jego tak dla "
   "są czy ale był ze tego tym już oraz tylko lub być może jej ich był było "
   "które który która ma jako również pod przy bardzo roku gdy więc można "
   "ten przed te jeszcze bez nas mnie sobie między jednak tej",
   "Przedstawiamy nową metodę analizy dużych zbiorów tekstów i pokazujemy, "
   "że działa ona lepiej niż dotychczas stosowane podejścia. Wyniki naszych "
   "doświadczeń wskazują, że jakość danych ma silny wpływ na działanie "
   "systemu. Pozostaje jednak wiele pytań, na które będą musiały "
   "odpowiedzieć przyszłe badania. Dzieci poszły do domu swojej babci, "
   "która czekała na nie z ciepłym posiłkiem. Od dawna wiadomo, że na to "
   "pytanie nie można odpowiedzieć, nie patrząc na to, co ludzie naprawdę "
   "robią. Uczenie, język, wiedza, ocena, rozwój, możliwość, mały, dzisiaj, "
   "między, podczas, oczywiście, społeczeństwo, wszystkich, przykład."},
  {"cs", "Czech", LIT_LATIN,
   "a v na se je že to s z do o i ve jsem jako za si po pro k ale by jeho "
   "nebo tak které jsou která který od ze aby být bylo byl při už jen jak "
   "podle má může co před také až další roku jejich není však této před tím "
   "kde když nás byla mezi své něco ještě",
   "Představujeme novou metodu pro analýzu velkých sbírek textů a "
   "ukazujeme, že funguje lépe než dosud používané přístupy. Výsledky "
   "našich pokusů naznačují, že kvalita dat má silný vliv na výkon systému. "
   "Zůstává však ještě mnoho otázek, na které bude muset odpovědět další "
   "výzkum. Děti šly do domu své babičky, která na ně čekala s teplým "
   "jídlem. Již dlouho je známo, že na tuto otázku nelze odpovědět, aniž "
   "bychom se podívali na to, co lidé skutečně dělají. Učení, jazyk, "
   "znalost, hodnocení, vývoj, možnost, malý, dnes, mezi, během, přirozeně, "
   "společnost, všechny, například, což, ně, tři, řeč."},
  {"sk", "Slovak", LIT_LATIN,
   "a v na sa je že to s z do o aj vo som ako za si po pre k ale by jeho "
   "alebo tak ktoré sú ktorá ktorý od zo aby byť bolo bol pri už len podľa "
   "má môže čo pred tiež až ďalšie roku ich nie však tejto kde keď nás bola "
   "medzi svoje niečo ešte ktorých jej",
   "Predstavujeme novú metódu na analýzu veľkých zbierok textov a "
   "ukazujeme, že funguje lepšie ako doteraz používané prístupy. Výsledky "
   "našich pokusov naznačujú, že kvalita údajov má silný vplyv na výkon "
   "systému. Zostáva však ešte veľa otázok, na ktoré bude musieť odpovedať "
   "ďalší výskum. Deti išli do domu svojej babičky, ktorá na ne čakala s "
   "teplým jedlom. Už dlho je známe, že na túto otázku nemožno odpovedať "
   "bez toho, aby sme sa pozreli na to, čo ľudia skutočne robia. Učenie, "
   "jazyk, znalosť, hodnotenie, vývoj, možnosť, malý, dnes, medzi, počas, "
   "prirodzene, spoločnosť, všetky, napríklad, čiže, tri, reč, môžu, "
   "dôležité."},
  {"sl", "Slovenian", LIT_LATIN,
   "in je v na se da za so ki pa z tudi po s ni bi ne kot od iz ali o pri "
   "ter že še do kar le k če lahko bo več med samo pred bil bila to ko "
   "svoje njegov kako leta saj ima ta biti zelo vse zato kjer kaj sta smo",
   "Predstavljamo novo metodo za analizo velikih zbirk besedil in pokažemo, "
   "da deluje bolje kot doslej uporabljeni pristopi. Rezultati naših "
   "poskusov kažejo, da kakovost podatkov močno vpliva na delovanje "
   "sistema. Vendar ostaja še veliko vprašanj, na katera bodo morale "
   "odgovoriti prihodnje raziskave. Otroci so šli v hišo svoje babice, ki "
   "jih je čakala s toplim obrokom. Že dolgo je znano, da na to vprašanje "
   "ni mogoče odgovoriti, ne da bi pogledali, kaj ljudje v resnici počnejo. "
   "Učenje, jezik, znanje, vrednotenje, razvoj, možnost, majhen, danes, "
   "med, seveda, družba, vsi, na primer, človek, svet."},
  {"hr", "Croatian", LIT_LATIN,
   "i je u se na da za su od s a koji kao o to iz što ne bi će nije sam te "
   "ili kako ali bio po do ako već bila pri koja koje samo još prema nakon "
   "više može biti kod jer li sve godine ima između smo svoje te toga tako "
   "kada bez tko gdje ga njegov",
   "Predstavljamo novu metodu za analizu velikih zbirki tekstova i "
   "pokazujemo da ona radi bolje od dosad korištenih pristupa. Rezultati "
   "naših pokusa upućuju na to da kvaliteta podataka snažno utječe na rad "
   "sustava. Međutim, ostaje još mnogo pitanja na koja će morati odgovoriti "
   "buduća istraživanja. Djeca su otišla u kuću svoje bake, koja ih je "
   "čekala s toplim obrokom. Odavno je poznato da se na to pitanje ne može "
   "odgovoriti bez gledanja na ono što ljudi doista čine. Učenje, jezik, "
   "znanje, vrednovanje, razvoj, mogućnost, malen, danas, između, tijekom, "
   "naravno, društvo, svi, na primjer, čovjek, svijet, riječ."},
  {"lt", "Lithuanian", LIT_LATIN,
   "ir yra kad su į iš ne tai bet kaip o buvo dėl per apie nuo jis tik ar "
   "prie jo labai už po taip jau iki jos gali kurie dar būti savo metų kai "
   "pagal tačiau kas turi mes visi šis mano bus kuri arba nėra jų tokia ši "
   "todėl dabar buvę",
   "Pristatome naują metodą dideliems tekstų rinkiniams tirti ir parodome, "
   "kad ji veikia geriau nei iki šiol naudoti būdai. Mūsų bandymų "
   "rezultatai rodo, kad duomenų kokybė daro didelę įtaką sistemos "
   "veikimui. Tačiau vis dar lieka daug klausimų, į kuriuos turės atsakyti "
   "būsimi tyrimai. Vaikai nuėjo į savo močiutės namus, kur ji laukė jų su "
   "šiltu maistu. Jau seniai žinoma, kad į šį klausimą negalima atsakyti "
   "nepažiūrėjus, ką žmonės iš tikrųjų daro. Mokymasis, kalba, žinios, "
   "vertinimas, plėtra, galimybė, mažas, šiandien, tarp, žinoma, visuomenė, "
   "pavyzdžiui, žmogus, pasaulis."},
  {"lv", "Latvian", LIT_LATIN,
   "un ir ka ar uz no par kas bet tas nav pie pēc to arī vai kā bija līdz "
   "tikai gan lai viņš tiek var jau es tā būs savu ļoti mēs kad pat vairāk "
   "gada viņa tad vēl jo tie kur starp pret šī bez visi šo kuru katru tomēr "
   "būt",
   "Mēs piedāvājam jaunu metodi lielu tekstu krājumu analīzei un parādām, "
   "ka tā darbojas labāk nekā līdz šim izmantotās pieejas. Mūsu mēģinājumu "
   "rezultāti liecina, ka datu kvalitāte stipri ietekmē sistēmas darbību. "
   "Tomēr joprojām ir daudz jautājumu, uz kuriem būs jāatbild turpmākiem "
   "pētījumiem. Bērni aizgāja uz savas vecmāmiņas māju, kur viņa gaidīja "
   "viņus ar siltu maltīti. Jau sen ir zināms, ka uz šo jautājumu nevar "
   "atbildēt, neaplūkojot to, ko cilvēki patiesībā dara. Mācīšanās, valoda, "
   "zināšanas, vērtēšana, attīstība, iespēja, mazs, šodien, starp, protams, "
   "sabiedrība, piemēram, cilvēks, pasaule."},
  {"tr", "Turkish", LIT_LATIN,
   "ve bir bu da de için ile olarak çok daha ne o gibi olan sonra en kadar "
   "ya var değil ama her ki mi olduğu ben yeni ise göre diye iki büyük "
   "olduğunu tarafından bunu şey onun önce bütün yok kendi zaman arasında "
   "vardır etti oldu üzerinde içinde hem nasıl ancak veya",
   "Büyük metin koleksiyonlarının incelenmesi için yeni bir yöntem "
   "sunuyoruz ve bunun şimdiye kadar kullanılan yaklaşımlardan daha iyi "
   "çalıştığını gösteriyoruz. Deneylerimizin sonuçları, verilerin "
   "niteliğinin sistemin başarımı üzerinde güçlü bir etkisi olduğunu "
   "düşündürmektedir. Bununla birlikte, gelecekteki araştırmaların "
   "yanıtlaması gereken birçok soru vardır. Çocuklar, onları sıcak bir "
   "yemekle bekleyen büyükannelerinin evine gittiler. İnsanların gerçekte "
   "ne yaptığına bakmadan bu sorunun yanıtlanamayacağı uzun zamandır "
   "bilinmektedir. Öğrenme, dil, bilgi, değerlendirme, gelişme, olanak, "
   "küçük, bugün, arasında, sırasında, toplum, örneğin, insanlar, dünya, "
   "çalışma."},
  {"id", "Indonesian", LIT_LATIN,
   "yang dan di dengan untuk dari dalam pada itu ini tidak akan adalah ke "
   "juga oleh sebagai atau telah ada mereka karena dapat bahwa lebih saya "
   "kita tersebut bisa kami menjadi seperti sudah secara banyak hanya para "
   "tahun ia saat harus dia satu masih namun antara lain hal setelah bagi "
   "tetapi sangat oleh belum anda",
   "Kami menyajikan sebuah metode baru untuk menganalisis kumpulan teks "
   "yang besar dan menunjukkan bahwa metode ini bekerja lebih baik daripada "
   "pendekatan yang digunakan sebelumnya. Hasil percobaan kami menunjukkan "
   "bahwa mutu data memiliki pengaruh yang kuat terhadap kinerja sistem. "
   "Namun, masih banyak pertanyaan yang harus dijawab oleh penelitian "
   "selanjutnya. Anak-anak pergi ke rumah nenek mereka, yang menunggu "
   "mereka dengan makanan hangat. Sudah lama diketahui bahwa pertanyaan ini "
   "tidak dapat dijawab tanpa melihat apa yang sebenarnya dilakukan orang. "
   "Pembelajaran, bahasa, pengetahuan, penilaian, perkembangan, "
   "kemungkinan, kecil, hari ini, sementara, masyarakat, misalnya, manusia, "
   "dunia, pelatihan."},
  {"vi", "Vietnamese", LIT_LATIN,
   "và của là có được cho các trong một những không với người này đã để khi "
   "ra đến từ về như vào cũng ở thì lại phải nhiều rằng làm sẽ hay theo tại "
   "nhưng bị năm đó sau trên còn cùng nên hơn mà bởi đang việc rất chỉ tôi "
   "chúng ta anh nó",
   "Chúng tôi trình bày một phương pháp mới để phân tích các tập văn bản "
   "lớn và cho thấy nó hoạt động tốt hơn những cách tiếp cận đã được sử "
   "dụng trước đây. Kết quả thí nghiệm của chúng tôi cho thấy chất lượng dữ "
   "liệu có ảnh hưởng mạnh đến hiệu năng của hệ thống. Tuy nhiên, vẫn còn "
   "nhiều câu hỏi mà các nghiên cứu tiếp theo cần trả lời. Những đứa trẻ đi "
   "đến nhà bà của chúng, nơi bà đang chờ với một bữa ăn nóng. Từ lâu người "
   "ta đã biết rằng không thể trả lời câu hỏi này nếu không nhìn vào những "
   "gì con người thực sự làm. Học, ngôn ngữ, kiến thức, đánh giá, phát "
   "triển, khả năng, nhỏ, hôm nay, giữa, xã hội, ví dụ, thế giới."},
  {"eu", "Basque", LIT_LATIN,
   "eta da ez bat dira du dute ere izan zen den egin zuen baina dela hau "
   "edo beste bere izango hori baino oso dago egiten gure behar dituzte "
   "dituen gehiago ditu bezala lehen artean arte horrek duen zuten beharko "
   "urte orain batean bakarrik berri haien",
   "Metodo berri bat aurkezten dugu testu-bilduma handiak aztertzeko, eta "
   "orain arte erabilitako hurbilpenek baino hobeto funtzionatzen duela "
   "erakusten dugu. Gure esperimentuen emaitzek iradokitzen dute datuen "
   "kalitateak eragin handia duela sistemaren errendimenduan. Hala ere, "
   "oraindik galdera asko daude etorkizuneko ikerketek erantzun beharko "
   "dituztenak. Haurrak beren amonaren etxera joan ziren, eta hark bazkari "
   "bero batekin itxaroten zien. Aspalditik jakina da galdera honi ezin "
   "zaiola erantzun jendeak benetan egiten duenari begiratu gabe. "
   "Ikaskuntza, hizkuntza, ezagutza, ebaluazioa, garapena, aukera, txikia, "
   "gaur, artean, bitartean, gizartea, adibidez, gizakia, mundua."},
  {"ga", "Irish", LIT_LATIN,
   "an na agus a i is ar le go ag sé do bhí ní de tá nach sin mar as atá ó "
   "seo bheith leis nó gur siad chun air faoi sí mé aon dá féin ach raibh "
   "iad ann acu cad gach níos nuair idir é bhfuil chuir thar roimh",
   "Cuirimid modh nua i láthair chun bailiúcháin mhóra téacsanna a scrúdú "
   "agus taispeánaimid go n-oibríonn sé níos fearr ná na modhanna a "
   "úsáideadh go dtí seo. Tugann torthaí ár dturgnamh le fios go bhfuil "
   "tionchar láidir ag cáilíocht na sonraí ar fheidhmíocht an chórais. Mar "
   "sin féin, tá go leor ceisteanna fós le freagairt ag taighde eile. "
   "Chuaigh na páistí go teach a seanmháthar, a bhí ag fanacht leo le béile "
   "te. Tá a fhios le fada nach féidir an cheist seo a fhreagairt gan "
   "féachaint ar an rud a dhéanann daoine. Foghlaim, teanga, eolas, "
   "meastóireacht, forbairt, deis, beag, inniu, sochaí, mar shampla, duine, "
   "domhan."},
  {0},
};
