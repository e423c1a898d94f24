.load build/lit
.mode list
.nullvalue NULL
-- Held-out sentences: none of their words were chosen for the profiles
CREATE TABLE held(code TEXT, x TEXT);
INSERT INTO held VALUES ('en', 'The committee decided yesterday to postpone the vote until more members are present.');
INSERT INTO held VALUES ('en', 'My neighbour''s dog barks whenever the postman walks past our garden.');
INSERT INTO held VALUES ('en', 'Neural ranking models for ad hoc retrieval');
INSERT INTO held VALUES ('de', 'Der Ausschuss beschloss gestern, die Abstimmung zu verschieben, bis mehr Mitglieder anwesend sind.');
INSERT INTO held VALUES ('de', 'Der Hund meines Nachbarn bellt immer, wenn der Briefträger am Garten vorbeigeht.');
INSERT INTO held VALUES ('de', 'Neuronale Modelle zur maschinellen Übersetzung gesprochener Sprache');
INSERT INTO held VALUES ('fr', 'Le comité a décidé hier de reporter le vote jusqu''à ce que davantage de membres soient présents.');
INSERT INTO held VALUES ('fr', 'Le chien de mon voisin aboie chaque fois que le facteur passe devant notre jardin.');
INSERT INTO held VALUES ('fr', 'Modèles neuronaux pour la traduction automatique de la parole');
INSERT INTO held VALUES ('es', 'El comité decidió ayer aplazar la votación hasta que estén presentes más miembros.');
INSERT INTO held VALUES ('es', 'El perro de mi vecino ladra cada vez que el cartero pasa por nuestro jardín.');
INSERT INTO held VALUES ('es', 'Modelos neuronales para la traducción automática del habla');
INSERT INTO held VALUES ('pt', 'A comissão decidiu ontem adiar a votação até que mais membros estejam presentes.');
INSERT INTO held VALUES ('pt', 'O cão do meu vizinho ladra sempre que o carteiro passa pelo nosso jardim.');
INSERT INTO held VALUES ('pt', 'Modelos neurais para a tradução automática da fala');
INSERT INTO held VALUES ('it', 'Il comitato ha deciso ieri di rinviare la votazione finché non saranno presenti più membri.');
INSERT INTO held VALUES ('it', 'Il cane del mio vicino abbaia ogni volta che il postino passa davanti al nostro giardino.');
INSERT INTO held VALUES ('it', 'Modelli neurali per la traduzione automatica del parlato');
INSERT INTO held VALUES ('ca', 'El comitè va decidir ahir ajornar la votació fins que hi hagi més membres presents.');
INSERT INTO held VALUES ('ca', 'El gos del meu veí borda cada vegada que el carter passa pel nostre jardí.');
INSERT INTO held VALUES ('ro', 'Comitetul a hotărât ieri să amâne votul până când vor fi prezenți mai mulți membri.');
INSERT INTO held VALUES ('ro', 'Câinele vecinului meu latră ori de câte ori poștașul trece pe lângă grădina noastră.');
INSERT INTO held VALUES ('nl', 'De commissie besloot gisteren de stemming uit te stellen tot er meer leden aanwezig zijn.');
INSERT INTO held VALUES ('nl', 'De hond van mijn buurman blaft telkens als de postbode langs onze tuin loopt.');
INSERT INTO held VALUES ('sv', 'Utskottet beslutade i går att skjuta upp omröstningen tills fler ledamöter är närvarande.');
INSERT INTO held VALUES ('sv', 'Min grannes hund skäller varje gång brevbäraren går förbi vår trädgård.');
INSERT INTO held VALUES ('da', 'Udvalget besluttede i går at udsætte afstemningen, indtil flere medlemmer er til stede.');
INSERT INTO held VALUES ('da', 'Min nabos hund gør, hver gang postbuddet går forbi vores have.');
INSERT INTO held VALUES ('no', 'Komiteen bestemte i går å utsette avstemningen til flere medlemmer er til stede.');
INSERT INTO held VALUES ('no', 'Hunden til naboen min bjeffer hver gang postmannen går forbi hagen vår.');
INSERT INTO held VALUES ('fi', 'Valiokunta päätti eilen lykätä äänestystä, kunnes useampia jäseniä on paikalla.');
INSERT INTO held VALUES ('fi', 'Naapurini koira haukkuu aina, kun postinkantaja kulkee puutarhamme ohi.');
INSERT INTO held VALUES ('et', 'Komisjon otsustas eile hääletuse edasi lükata, kuni kohal on rohkem liikmeid.');
INSERT INTO held VALUES ('et', 'Minu naabri koer haugub alati, kui postiljon meie aiast möödub.');
INSERT INTO held VALUES ('hu', 'A bizottság tegnap úgy döntött, hogy elhalasztja a szavazást, amíg több tag jelen nem lesz.');
INSERT INTO held VALUES ('hu', 'A szomszédom kutyája mindig ugat, amikor a postás elmegy a kertünk mellett.');
INSERT INTO held VALUES ('pl', 'Komisja postanowiła wczoraj odłożyć głosowanie, aż obecnych będzie więcej członków.');
INSERT INTO held VALUES ('pl', 'Pies mojego sąsiada szczeka za każdym razem, gdy listonosz przechodzi obok naszego ogrodu.');
INSERT INTO held VALUES ('cs', 'Výbor včera rozhodl odložit hlasování, dokud nebude přítomno více členů.');
INSERT INTO held VALUES ('cs', 'Sousedův pes štěká pokaždé, když kolem naší zahrady projde listonoš.');
INSERT INTO held VALUES ('sk', 'Výbor včera rozhodol odložiť hlasovanie, kým nebude prítomných viac členov.');
INSERT INTO held VALUES ('sk', 'Susedov pes šteká zakaždým, keď okolo našej záhrady prejde poštár.');
INSERT INTO held VALUES ('sl', 'Odbor je včeraj sklenil preložiti glasovanje, dokler ne bo navzočih več članov.');
INSERT INTO held VALUES ('sl', 'Sosedov pes laja vsakič, ko gre poštar mimo našega vrta.');
INSERT INTO held VALUES ('hr', 'Odbor je jučer odlučio odgoditi glasovanje dok ne bude prisutno više članova.');
INSERT INTO held VALUES ('hr', 'Susjedov pas laje svaki put kad poštar prođe pokraj našeg vrta.');
INSERT INTO held VALUES ('lt', 'Komitetas vakar nusprendė atidėti balsavimą, kol dalyvaus daugiau narių.');
INSERT INTO held VALUES ('lt', 'Mano kaimyno šuo loja kiekvieną kartą, kai paštininkas praeina pro mūsų sodą.');
INSERT INTO held VALUES ('lv', 'Komiteja vakar nolēma atlikt balsojumu, līdz būs klāt vairāk locekļu.');
INSERT INTO held VALUES ('lv', 'Mana kaimiņa suns rej katru reizi, kad pastnieks iet garām mūsu dārzam.');
INSERT INTO held VALUES ('tr', 'Kurul dün, daha fazla üye hazır olana kadar oylamayı ertelemeye karar verdi.');
INSERT INTO held VALUES ('tr', 'Komşumun köpeği, postacı bahçemizin önünden her geçtiğinde havlıyor.');
INSERT INTO held VALUES ('id', 'Panitia kemarin memutuskan untuk menunda pemungutan suara sampai lebih banyak anggota hadir.');
INSERT INTO held VALUES ('id', 'Anjing tetangga saya menggonggong setiap kali tukang pos lewat di depan kebun kami.');
INSERT INTO held VALUES ('vi', 'Hôm qua ủy ban đã quyết định hoãn cuộc bỏ phiếu cho đến khi có thêm thành viên.');
INSERT INTO held VALUES ('vi', 'Con chó của hàng xóm tôi sủa mỗi khi người đưa thư đi ngang qua vườn nhà tôi.');
INSERT INTO held VALUES ('eu', 'Batzordeak bozketa atzeratzea erabaki zuen atzo, kide gehiago bertan egon arte.');
INSERT INTO held VALUES ('eu', 'Nire auzokoaren txakurrak zaunka egiten du postaria gure lorategitik pasatzen den bakoitzean.');
INSERT INTO held VALUES ('ga', 'Shocraigh an coiste inné an vóta a chur siar go dtí go mbeidh níos mó ball i láthair.');
INSERT INTO held VALUES ('ga', 'Bíonn madra mo chomharsan ag tafann gach uair a théann fear an phoist thar ár ngairdín.');
INSERT INTO held VALUES ('ru', 'Комитет вчера решил отложить голосование, пока не соберётся больше членов.');
INSERT INTO held VALUES ('ru', 'Собака моего соседа лает каждый раз, когда почтальон проходит мимо нашего сада.');
INSERT INTO held VALUES ('uk', 'Комітет учора вирішив відкласти голосування, доки не збереться більше членів.');
INSERT INTO held VALUES ('uk', 'Собака мого сусіда гавкає щоразу, коли листоноша проходить повз наш сад.');
INSERT INTO held VALUES ('be', 'Камітэт учора вырашыў адкласці галасаванне, пакуль не збярэцца больш членаў.');
INSERT INTO held VALUES ('be', 'Сабака майго суседа брэша кожны раз, калі паштальён праходзіць міма нашага саду.');
INSERT INTO held VALUES ('bg', 'Комитетът реши вчера да отложи гласуването, докато не присъстват повече членове.');
INSERT INTO held VALUES ('bg', 'Кучето на моя съсед лае всеки път, когато пощальонът минава покрай градината ни.');
INSERT INTO held VALUES ('sr', 'Одбор је јуче одлучио да одложи гласање док не буде присутно више чланова.');
INSERT INTO held VALUES ('sr', 'Комшијин пас лаје сваки пут кад поштар прође поред наше баште.');
INSERT INTO held VALUES ('mk', 'Комитетот вчера одлучи да го одложи гласањето додека не бидат присутни повеќе членови.');
INSERT INTO held VALUES ('mk', 'Кучето на мојот сосед лае секогаш кога поштарот поминува покрај нашата градина.');
INSERT INTO held VALUES ('ar', 'قررت اللجنة أمس تأجيل التصويت حتى يحضر المزيد من الأعضاء.');
INSERT INTO held VALUES ('ar', 'ينبح كلب جاري كلما مر ساعي البريد أمام حديقتنا.');
INSERT INTO held VALUES ('fa', 'کمیته دیروز تصمیم گرفت رأی‌گیری را تا حضور اعضای بیشتر به تعویق بیندازد.');
INSERT INTO held VALUES ('fa', 'سگ همسایه من هر بار که پستچی از کنار باغ ما می‌گذرد پارس می‌کند.');
INSERT INTO held VALUES ('ur', 'کمیٹی نے کل فیصلہ کیا کہ ووٹنگ کو مزید ارکان کی حاضری تک ملتوی کر دیا جائے۔');
INSERT INTO held VALUES ('ur', 'میرے پڑوسی کا کتا ہر بار بھونکتا ہے جب ڈاکیا ہمارے باغ کے پاس سے گزرتا ہے۔');
INSERT INTO held VALUES ('hi', 'समिति ने कल मतदान को तब तक टालने का फैसला किया जब तक और सदस्य उपस्थित न हों।');
INSERT INTO held VALUES ('hi', 'मेरे पड़ोसी का कुत्ता हर बार भौंकता है जब डाकिया हमारे बगीचे के पास से गुजरता है।');
INSERT INTO held VALUES ('mr', 'समितीने काल मतदान पुढे ढकलण्याचा निर्णय घेतला, कारण अधिक सदस्य उपस्थित नव्हते.');
INSERT INTO held VALUES ('mr', 'माझ्या शेजाऱ्याचा कुत्रा पोस्टमन आमच्या बागेजवळून गेला की भुंकतो.');
INSERT INTO held VALUES ('ne', 'समितिले हिजो थप सदस्य उपस्थित नभएसम्म मतदान स्थगित गर्ने निर्णय गर्यो।');
INSERT INTO held VALUES ('ne', 'मेरो छिमेकीको कुकुर हुलाकी हाम्रो बगैँचाको छेउबाट जाँदा सधैँ भुक्छ।');
INSERT INTO held VALUES ('zh', '委员会昨天决定推迟投票，直到有更多成员出席。');
INSERT INTO held VALUES ('ja', '委員会は昨日、より多くの委員が出席するまで投票を延期することを決定した。');
INSERT INTO held VALUES ('ko', '위원회는 어제 더 많은 위원이 참석할 때까지 투표를 연기하기로 결정했다.');
INSERT INTO held VALUES ('el', 'Η επιτροπή αποφάσισε χθες να αναβάλει την ψηφοφορία.');
INSERT INTO held VALUES ('he', 'הוועדה החליטה אתמול לדחות את ההצבעה.');
INSERT INTO held VALUES ('th', 'คณะกรรมการตัดสินใจเลื่อนการลงคะแนนเมื่อวานนี้');
INSERT INTO held VALUES ('ka', 'კომიტეტმა გუშინ გადაწყვიტა კენჭისყრის გადადება.');
INSERT INTO held VALUES ('hy', 'Հանձնաժողովը երեկ որոշեց հետաձգել քվեարկությունը։');
INSERT INTO held VALUES ('ta', 'குழு நேற்று வாக்கெடுப்பை ஒத்திவைக்க முடிவு செய்தது.');
INSERT INTO held VALUES ('bn', 'কমিটি গতকাল ভোট স্থগিত করার সিদ্ধান্ত নিয়েছে।');
SELECT count(*), count(DISTINCT code), sum(lit_language(x) = code), sum(lit_language(x) IS NULL) FROM held;
SELECT code, lit_language(x), x FROM held WHERE lit_language(x) IS NOT code;
SELECT sum(lit_language(lit_normalize(x, 'nfd')) IS lit_language(x)) = count(*), sum(lit_language(upper(x)) IS lit_language(x)) FROM held;
-- Too little to tell, or nothing
SELECT x, lit_language(x) FROM (SELECT 'BERT' AS x UNION ALL SELECT 'OK' UNION ALL SELECT '' UNION ALL SELECT '123 + 45' UNION ALL SELECT 'Hello world'
  UNION ALL SELECT 'Wikipedia' UNION ALL SELECT 'x y z' UNION ALL SELECT 'Attention is all you need' UNION ALL SELECT 'der die und' UNION ALL SELECT '你好' UNION ALL SELECT '検索する' UNION ALL SELECT 'BERT モデル 🙂');
SELECT lit_language(NULL), lit_language(replace(hex(zeroblob(500000)), '00', 'ab')), lit_language(replace(hex(zeroblob(500000)), '00', 'a ')), lit_language(12);
SELECT lit_language(CAST(x'61ff' AS TEXT));
SELECT lit_language(x'61');
-- Latin letters
CREATE TABLE tr(x TEXT, y TEXT);
INSERT INTO tr VALUES ('Щедрин и Чехов: ЩИ, Юлия', 'Shchedrin i Chekhov: SHCHI, Yuliya'), ('Київ, Їжак', 'Kiyiv, Yizhak'), ('Љубав ђак Ћирилица', 'Ljubav djak Cirilitsa'),
  ('Ελλάδα, ουρανός, άγγελος, αυτός, αύριο, ευαγγέλιο', 'Ellada, ouranos, angelos, aftos, avrio, evangelio'), ('Ψυχή ΨΥΧΗ', 'Psychi PSYCHI'),
  ('naïve Łódź Straße Ærøskøbing Þór', 'naive Lodz Strasse Aeroskobing Thor'), ('ﬁne ｗｉｄｅ ½', 'fine wide ½'), ('Việt Nam', 'Viet Nam'),
  ('きょうとへいきました', 'kyoutoheikimashita'), ('ラーメン', 'raamen'), ('がっこう しんいち マッチ ジャズ ファン', 'gakkou shin''ichi matchi jazu fan'),
  ('한국어 서울 독립 신라', 'hangugeo seoul dokrip sinra'), ('हिन्दी भाषा लड़का', 'hindi bhasha ladaka'), ('ქართული', 'kartuli'), ('Հայաստան', 'Hayastan'),
  ('محمد مُحَمَّد', 'mhmd muhamad'), ('שלום', 'shlvm'), ('தமிழ்', 'tamil'), ('数据 ไทย 🙂 x', '数据 ไทย 🙂 x'), ('', ''), ('plain ASCII', 'plain ASCII');
SELECT x, lit_translit(x), lit_translit(x) = y FROM tr;
SELECT sum(lit_translit(lit_normalize(x, 'nfd')) = lit_translit(x)) = count(*) FROM tr WHERE x NOT LIKE '%서%';
SELECT lit_translit(NULL), length(lit_translit(replace(hex(zeroblob(500000)), '00', 'ñ'))), lit_translit(12);
SELECT lit_translit(CAST(x'61ff' AS TEXT));
SELECT lit_translit(x'61');
