-- Names of the parties in search, and variants of Chinese characters.
--
-- A record is found by the Japanese, Chinese and English names of the municipalities and Chinese governments in it, and a word in simplified, traditional or
-- Japanese characters finds what was typed in any of them: both sides of the comparison are folded to one of each family of variants.
create table renkei.character_variant (
	variant text collate "C" not null,
	folded text collate "C" not null,
	constraint character_variant_pk primary key (variant),
	constraint character_variant_single check (char_length(variant) = 1 and char_length(folded) = 1 and variant <> folded)
);
comment on table renkei.character_variant is 'Chinese characters that search takes for another one: simplified, traditional and Japanese forms. Made by tests/support/variants.py from the Unihan database 15.0 of Unicode (kSimplifiedVariant, kTraditionalVariant, kZVariant, kJinmeiyoKanji, kEACC) and ten pairs that it leaves apart.';
comment on column renkei.character_variant.variant is 'The character.';
comment on column renkei.character_variant.folded is 'What it is searched as: the first of its family in the order of code points.';
insert into renkei.character_variant (variant, folded) select v.variant, v.folded from unnest(
	string_to_array(
		'㑯㑳㑶㘚㜄㜏㠏㥮㦳㩜㩳㻽䁻䌶䌺䌻䌾䌿䎛䎱䙡䜧䞍䥾䦂䦶䦷䯅䱎䲝䲣丗丢两乘乾亁亂事亓井亙亜亞亯亰亾仭伍传佇佛你併侖価侫侶俊俔俠俣俥俫倀倂倅倆倈倉個們倣倫倲倹值假偉偑停側偵偽傌傖傘備傭傯傳傴債傷傾僂僅僉働僑'
		'僕僞僥僨僭價儀儁儂億儈儉儌儍儐儔儕儘償優儲儷儸儺儻儼児兑兒兔兗兩其内册冒冩冴凈凍凖凜凱凴凶凾刂刄刋刧刪别制刼刾剁剄則剋剎剏剗剙剛剣剤剥剮剰剱剴創剷劃劇劉劊劌劍劏劑劔劚动劫励労劵効勁動務勛勞勢勦勧勩勱勲'
		'勳勵勸匀匭匱區千卋卒協単占卻卽厙厛厠厭厰厲厳厴参參叄叟叢句同吴呂呉呐咒咤咼哌員唄唚啓啔啗啞啟啢喎喚喞喧喪喫喬單喲嗆嗇嗊嗎嗚嗩嗬嗶嘆嘍嘑嘓嘔嘖嘜嘩嘮嘯嘰嘴嘵嘸嘽噓噚噝噠噥噦器噯噲噴噸嚀嚇嚌嚕嚙嚥嚦嚨嚮嚲'
		'嚳嚴嚶囀囁囂囅囈囉囑囓回団囬囱围国图圀圆圇國圍圏園圓圖團圧坯垜垠垻埀埓埡埯堅堊堖堝場塁塊塏塒塗塚塢塤填塲塹墊墖墜增墮墳墶墻墾壇壊壋壓壗壘壙壚壜壞壟壠壢壤壩壪壯壱売壷壹壺壼壿夀处备変夘夛夠夥夸夾奁奐奧奨'
		'奩奪奬奮奶妝妬妳姊姗姙姦姪姬姸姹娚娯娱婀婁婣婦婭婿媧媯媰媼媽嫐嫗嫵嫺嫻嫿嬀嬃嬈嬋嬌嬙嬝嬡嬢嬪嬭嬰嬷嬸孃孋孌孫孵學孿宂実宮家寃寇富寛寢實寧審寫寬寯寳寵寶対寿専尅將專尋對導尓尔尘尜尝尠尧尭尷尽届屍屓屜屢層'
		'屨屬屭岁岗岡岻峅峩峯峰峴島峽崈崋崍崎崑崖崗崙崠崢崬嵐嵚嵜嵳嵾嶁嶄嶇嶋嶌嶔嶗嶠嶢嶧嶨嶮嶴嶸嶺嶼嶽巋巌巒巓巔巖巣巰巵巻布帥師帯帲帳帶幀幂幃幇幓幗幘幟幣幤幫幬干并幸幹幺幽幾庁広庅店庞座庫庽庿廁廂廃廄廈廎廏廐'
		'廚廝廟廠廡廢廣廪廬廰廳廵廻廼廿弉弌弍弐弒弥弳張强弾彈彊彌彎彑归当彙彝彞彠彦彫彬彲彷徃後徑従徕從徠復徴徵德徹徺忈応怱恊恒恠恤恶悋悛悤悦悩悪悮悴悵悽惠惡惪惱惲惷惻愜愧愨愳愴愷愽愾慂態慍慎慘慙慚慟慣慤慪慫慳'
		'慶慺憂憅憊憍憐憑憒憖憙憚憤憩憫憮憲憶懃懇應懌懐懒懔懟懣懤懧懨懲懴懶懷懸懺懼懾戀戇戔戞戠戦戧戬戮戯戰戱戲户戸戾执扵抉报抱抵抻拂拊拋拔拖拚拝拟拡择拾拿挎挙挧挲挾挿捌捍捝捫据捲捴掃掄掆掊掗掙掛掞採掵揀揎插揚'
		'換揭揮揷搃搉搋損搖搗搜搥搧搭搯搵搶摃摄摇摑摒摜摟摭摯摳摶摺摻撃撅撈撏撑撓撝撟撣撥撦撫撲撳撹撻撾撿擀擁擄擇擊擋擓擔據擜擠擣擥擧擬擯擰擱擲擴擷擺擻擼擽擾攄攆攏攔攖攙攛攜攝攟攢攣攤攪攬攴攵收攷效敍敕敘教敚敵'
		'數敿斂斆斈斎斕斬斷於旛旣旮旯昇昚昰昿時晄晋晝晩晰暁暈暉暋暎暗暘暢暦暫暸暼曁曄曆曇曉曏曖曠曨曬曵曶書曾朂會朗期朢朦本札术朶朸杅来杰東构枒枩枱枴柃柆柰査柽柾栃栅栌栗栢桒桙桟桠桧桮桿梔梘條梟梦棁棄棋棖棗棟棡'
		'棧棬棲棶棹椏検椲椶楂楊楓楕楚楜楨業楳極楽榦榪榮榲榿槅構槍槓槔様槙槞槟槣槤槧槨槩槪槮槳槶槼樁樂樅樓標樞樢樣樧権樫樱樳樸樹樺樽樿橈橋機橢橦橫橹檉檔檘檜檟檢檣檩檪檮檯檳檸檻櫁櫂櫃櫉櫓櫚櫛櫝櫞櫟櫥櫧櫨櫪櫫櫬櫱'
		'櫳櫸櫺櫻欄欅權欏欒欖欞欟欢欣欲欸歐歓歛歟歡歧歩歲歳歴歷歸歺殀殁殘殞殤殨殫殮殯殰殱殲殺殻殼毁毆每毘毙毿氈氌気氣氫氬氳氷氽汇汎汚江污汴決沍沖沙没沲況泐泛泺泽洌洩洪洴洶浄浏浤浹涂涇涕涙涚涸涼淒淚淨淪淫淶淺清'
		'済渉渊渋渌渕渖渙減渢渦渫測渴渾湊湞湟湧湯湼溈源準溝溦溪溫溮溯溳溶溺溼滄滌滝满滦滨滬滯滲滷滸滻滾滿漁漆漉漊漑漚漢漣漬漲漵漸漿潄潑潔潙潚潜潢潤潯潰潷潿澀澁澄澆澇澐澑澔澗澙澠澣澤澦澩澮澰澱澹澾濁濃濄濕濘濚濛'
		'濜濞濟濤濧濫濬濰濱濳濺濼濾瀁瀂瀅瀆瀇瀉瀋瀏瀕瀘瀝瀟瀠瀦瀧瀨瀬瀰瀲瀾灃灄灌灑灔灕灘灝灠灡灣灤灧灭灮灾炔炰為烏烖烱烴無焰焳焼煉煊煒煖煙煛煢煥照煩煬煱煽熅熗熙熱熾燁燈燉燒燕燗燙燜營燦燭燴燶燻燼燾燿爍爐爛爭爱'
		'爲爺爼爾爿牀牆牋牘牠牦牽犂犇犛犠犢犧狀狹狽猙猟猶猻猾獁獃獄獅獎獣獨獪獫獮獰獱獵獷獸獺獻獼玀玅玿珉珎現球琱琺琿瑇瑋瑒瑣瑪瑯瑲瑶璉璎璡璢璣璦璫璯環璵璸璽瓊瓏瓔瓚甆甌甚甞產産畅畆界畍留畝畠畢畧畫畭畮異畲畳畵'
		'當疂疇疉疊疋疏痈痙痳痴痾瘂瘅瘉瘋瘍瘓瘞瘡瘢瘤瘦瘧瘭瘮瘯瘲瘺瘻療癆癇癉癒癘癟癡癢癤癥癧癩癬癭癮癰癱癲発發百皂皈皐皚皦皰皸皹皺皼盃盅盌盍盐盜盞盡監盤盧県眘真眦眾着睏睜睞睢睿瞘瞜瞞瞪瞭瞶瞼矁矇矓矚矩矯砲砿硃'
		'硎硏硗硜硤硨硬硯硲碁碎碕碥碩碪碭碯碱碸確碼碽磆磑磒磚磠磣磧磯磽磾礄礆礎礙礦礪礫礬礮礱禀禄禍禎禕禡禥禦禪禮禰禱私秃秊秘稀稈税稏稜稟種稱稻稽稿穇穉穌積穏穐穗穠穡穢穩穫穭穰窗窩窪窮窯窰窵窶窺竃竄竅竇竈竊竒竜'
		'竝竢竪競竸笑笶笺筆筍筞筧筰筴筺箇箋箎箏箚箟箠築篋篔篚篛篠篤篦篩篪篭篲篳簀簆簍簒簔簞簡簣簫簹簽簾籃籌籔籖籘籙籛籜籟籠籤籩籪籬籮籲籼粂粵粹糍糝糞糠糧糯糰糲糴糶糸糹系糾紙紥紬紮終絃絅絏絖絚絲絶綐綑經綢綯綵綽'
		'緊総緑緕緖線緞縁縅縕縚縝縣縧縱縳縶總繁繃繇繊繡繢繩繪繫繸繼繿纃纈纊續纍纎纐纒纔纖纘纟纠纡红纣纤纥约级纨纩纪纫纬纭纮纯纰纱纲纳纴纵纶纷纸纹纺纻纼纽纾线绀绁绂练组绅细织终绉绊绋绌绍绎经绐绑绒结绔绕绖绗绘给'
		'绚绛络绝绞统绠绡绢绣绤绥绦继绨绩绪绫绬续绮绯绰绱绲绳维绵绶绷绸绹绺绻综绽绾绿缀缁缂缃缄缅缆缇缈缉缊缋缌缍缎缏缐缑缒缓缔缕编缗缘缙缚缛缜缝缞缟缠缡缢缣缤缥缦缧缨缩缪缫缬缭缮缯缰缱缲缳缴缵缺缾罂罃罇罈罌罎'
		'罐网罦置罰罷罸羂羃羅羆羇羈羝群羥羨義羹翅習翠翬翹翺翻翽耀耂考耗耘耤耬耮耻耿聖聟聨聪聯聰聲聳聴聵聶職聹聽聾肀肃肅肆肉肓肬肭育肻肼肽胜胧胳胸脅脇脉脎脛脣脬脱脲脳脹腁腎腖腡腦腫腳腸腼膃膓膕膚膞膠膣膩膽膾膿臃'
		'臇臈臉臍臏臓臕臘臙臚臟臠臢臥臨至致臺與興舉舊舍舎舐舔舗舛舣舩航般舮舰舵船舻艊艙艝艣艤艦艪艫艱艴艶艷艺节芈芒芘芭芸芻芽苄苅苎苏苧茂范茅茆茈茉茑茔茕茜茧茭茲荅荊荔荘荡荣荥荦荧莊莓莖莢莧获莹菀菇菔菟華菰菴菷'
		'菸萆萇萊萎萠营萦萬萴萵葉葒著葢葤葦葬葯葷蒓蒔蒙蒞蒲蒼蓀蓆蓋蓑蓙蓡蓮蓯蓴蓽蔔蔞蔣蔥蔦蔫蔭蔴蔷蔸蔽蔿蕁蕆蕋蕎蕒蕓蕕蕘蕚蕢蕩蕪蕭蕷薀薈薊薌薑薔薗薘薟薦薩薬薮薯薰薳薴薵薺藉藍藎藏藝藤藥藩藪藭藶藹藺蘀蘂蘄蘆蘇蘊'
		'蘋蘓蘖蘗蘚蘞蘢蘭蘯蘺蘿虁虆虎虐虑處虖虛虜號虧虯蛀蛋蛍蛺蜆蜕蜹蝕蝟蝦蝨蝰蝸蝿螄螞螡螢螨螮螳螵螻螿蟁蟄蟇蟈蟊蟎蟣蟬蟯蟲蟶蟻蠁蠅蠆蠍蠎蠏蠐蠑蠟蠢蠣蠨蠱蠶蠹蠻衄衆衊術衕街衚衛衝衞袅袞袴袵裊裙補裝裠裡裤裹製複褌'
		'褎褓褘褲褳褴褸褻襁襃襇襌襏襖襝襠襤襪襬襯襲襴西覆覈覉覊規覚親覺覻覽觀见观觃规觅视觇览觉觊觋觌觍觎觏觐觑角觔觝觧觴觵觶觸訁訢訴訶註詠詧詻詽詾誇誌誒説誾諠諫諮謄謔謚謡謼譁證譛譜譟譯譱護譼譽譾讀變讋讌讎讐讓'
		'讙讚讠计订讣认讥讦讧讨让讪讫讬训议讯记讱讲讳讴讵讶讷许讹论讻讼讽设访诀证诂诃评诅识诇诈诉诊诋诌词诎诏诐译诒诓诔试诖诗诘诙诚诛诜话诞诟诠诡询诣诤该详诧诨诩诪诫诬语诮误诰诱诲诳说诵诶请诸诹诺读诼诽课诿谀谁'
		'谂调谄谅谆谇谈谉谊谋谌谍谎谏谐谑谒谓谔谕谖谗谘谙谚谛谜谝谞谟谠谡谢谣谤谥谦谧谨谩谪谫谬谭谮谯谰谱谲谳谴谵谶谷豈豊豎豐豔象豣豫豬豶豺貉貊貌貍貎貓貔貘貙貮貳買賉賊賎賓賣賤質賬賰賸贊贗贝贞负贠贡财责贤败账货'
		'质贩贪贫贬购贮贯贰贱贲贳贴贵贶贷贸费贺贻贼贽贾贿赀赁赂赃资赅赆赇赈赉赊赋赌赍赎赏赐赑赒赓赔赕赖赗赘赙赚赛赜赝赞赟赠赡赢赣赬赱趂趕趙趦趨趲趺跖跗跷跺踈踐踪踴踵蹌蹕蹟蹣蹤蹮蹯蹺蹻躂躉躊躋躍躎躑躒躓躕躚躛躡'
		'躥躦躪躭躰躲軀軆軈軍軔軿輓輕輙輛輧輿轀轂轉轟车轧轨轩轪轫转轭轮软轰轱轲轳轴轵轶轷轸轹轺轻轼载轾轿辀辁辂较辄辅辆辇辈辉辊辋辌辍辎辏辐辑辒输辔辕辖辗辘辙辚辠辣辦辧辨辭辮辯農辶辺达迪迭迳迴迹迺追逃选逓逕這逛'
		'造連逧逩逬逮週進逵逹遅遇遊運遍過遑遒達違遗遘遜遞遠遡遥適遲遷選遺遼避邁還邇邉邊邏邐邹郁郅郞郟部郵郷鄆鄉鄒鄔鄕鄖鄧鄭鄰鄲鄴鄶鄺酇酈酡酧酬酰醉醋醖醜醞醤醫醬醱醸醻醼醿釀釁釃釅釆采释釋里野釐釒釖釡釼釾鈀鉅鉗'
		'鉢鉤鉱銕銜鋤鋪鋭錄錢錬録錶錻鍊鍛鍾鎔鎣鎮鏁鏇鏓鏟鏨鏺鏽鐘鐚鐡鐥鐯鐵鐸鑀鑄鑈鑑鑒鑓鑛鑪鑵鑽鑾鑿钁钅钆钇针钉钊钋钌钍钎钏钐钑钒钓钔钕钖钗钘钙钚钛钜钝钞钟钠钡钢钣钤钥钦钧钨钩钪钫钬钭钮钯钰钱钲钳钴钵钶钷钸钹'
		'钺钻钼钽钾钿铀铁铂铃铄铅铆铇铈铉铊铋铌铍铎铏铐铑铒铓铔铕铖铗铘铙铚铛铜铝铞铟铠铡铢铣铤铥铦铧铨铩铪铫铬铭铮铯铰铱铲铳铴铵银铷铸铹铺铻铼铽链铿销锁锂锃锄锅锆锇锈锉锊锋锌锍锎锏锐锑锒锓锔锕锖锗锘错锚锛锜锝'
		'锞锟锠锡锢锣锤锥锦锧锨锩锪锫锬锭键锯锰锱锲锳锴锵锶锷锸锹锺锻锼锽锾锿镀镁镂镃镄镅镆镇镈镉镊镋镌镍镎镏镐镑镒镓镔镕镖镗镘镙镚镛镜镝镞镟镠镡镢镣镤镥镦镧镨镩镪镫镬镭镮镯镰镱镲镳镴镵镶长閉閊開閒関閤閧閻闆闇'
		'闊闌闔闘關闢门闩闪闫闬闭问闯闰闱闲闳间闵闶闷闸闹闺闻闼闽闾闿阀阁阂阃阅阆阇阈阉阊阌阍阎阏阐阑阒阓阔阕阖阗阘阙阚阛阝阨阪阬阯阱阳阶陔陘陜陝陞陟陣陦陨陰陳陷陸険陽隉隊隋階隕隙際隠隣隨險隯隱隴隷隸隻雋雑雕雖'
		'雙雛雜雠離難雫雲電霊霍霓霢霧霸霽靂靄靆靈靉靑青静靚靜靦靨靱靹鞆鞍鞏鞐鞒鞝鞦鞽韁韃韆韈韉韌韤韦韧韨韩韪韫韬韭韮韻響頀預頭頴頸頼顔顕願顛類顧顯页顶顷顸项顺须顼顽顾顿颀颁颂颃预颅领颇颈颉颊颋颌颍颎颏颐频颒颓'
		'颔颕颖颗题颙颚颛颜额颞颟颠颡颢颣颤颥颦颧颱颳飄飈风飏飐飑飒飓飔飕飖飗飘飙飚飜飞飠飰飲餈養餍餐餘餚餝餠館餱餹饋饗饜饣饤饥饦饧饨饩饪饫饬饭饮饯饰饱饲饳饴饵饶饷饸饹饺饻饼饽饾饿馀馁馂馃馄馅馆馇馈馉馊馋馌馍馎'
		'馏馐馑馒馓馔馕馮駄駈駑駞駟駡駮駲駿騃騈騣騧騰騷驀驅驗驚驛驩马驭驮驯驰驱驲驳驴驵驶驷驸驹驺驻驼驽驾驿骀骁骂骃骄骅骆骇骈骉骊骋验骍骎骏骐骑骒骓骔骕骖骗骘骙骚骛骜骝骞骟骠骡骢骣骤骥骦骧骯髄髌髏髒髓體髕髖髗髙'
		'髡髣髦髪髮髴髷鬃鬆鬍鬚鬢鬥鬧鬨鬩鬪鬮鬱鬹鬻魎魘鮣鮮鯁鯗鰆鰌鰍鰧鰮鰰鰺鱑鱔鱶鱷鱻鱼鱽鱾鱿鲀鲁鲂鲃鲄鲅鲆鲇鲈鲉鲊鲋鲌鲍鲎鲏鲐鲑鲒鲓鲔鲕鲖鲗鲘鲙鲚鲛鲜鲝鲞鲟鲠鲡鲢鲣鲤鲥鲦鲧鲨鲩鲪鲫鲬鲭鲮鲯鲰鲱鲲鲳鲴鲵鲶鲷鲸'
		'鲹鲺鲻鲼鲽鲾鲿鳀鳁鳂鳃鳄鳅鳆鳇鳈鳉鳊鳋鳌鳍鳎鳏鳐鳑鳒鳓鳔鳕鳖鳗鳘鳙鳚鳛鳜鳝鳞鳟鳠鳡鳢鳣鳤鳧鳫鳬鳳鳾鴈鴫鴬鴷鵁鵄鵈鵞鵰鵶鶄鶏鶪鶫鶯鷄鷈鷉鷏鷰鷿鸂鸊鸞鸟鸠鸡鸢鸣鸤鸥鸦鸧鸨鸩鸪鸫鸬鸭鸮鸯鸰鸱鸲鸳鸴鸵鸶鸷鸸鸹'
		'鸺鸻鸼鸽鸾鸿鹀鹁鹂鹃鹄鹅鹆鹇鹈鹉鹊鹋鹌鹍鹎鹏鹐鹑鹒鹓鹔鹕鹖鹗鹘鹙鹚鹛鹜鹝鹞鹟鹠鹡鹢鹣鹤鹥鹦鹧鹨鹩鹪鹫鹬鹭鹮鹯鹰鹱鹲鹳鹴鹵鹹鹼鹽鹾麄麑麓麗麤麦麪麯麵麸麹麻麼麽麿黄黌黒黙黝點黨黰黲黴黶黷黻黾鼂鼄鼅鼇鼈鼋鼍'
		'鼓鼕鼗鼡鼢鼹齊齋齎齏齐齑齒齢齣齦齧齩齶齿龀龁龂龃龄龅龆龇龈龉龊龋龌龍龎龐龑龙龚龛龜龝龟龢鿁鿎鿏鿐鿓鿔鿠鿭鿴鿸﨑', null),
	string_to_array(
		'㑔㑇㐹㘎㚯㛣㟆㤘㘽㨫㧐㻪䀥䊷䋙䋚䋻䋹㖈䎬䙌䜀䝼䥱䥇䦛䦟䯀䱍䱽䱷世丟両乗乹乹乱亊丌丼亘亚亚享京亡仞五伝伫仏伲並仑价佞侣㒞伣侠俁伡來伥並伜俩來仓个们仿伦㑈俭値仮伟㐽仃侧侦伪㐷伧伞俻佣偬伝伛债伤倾偻仅佥仂侨'
		'仆伪侥偾僣价仪㑺侬亿侩俭侥傻傧俦侪侭偿优储俪㑩傩傥俨儿兌儿兎兖両丌內冊冐写冱净冻准凛凯凭兇函刀刃刊刦删別㓨刦㓨刴刭则克刹刱刬刱刚剑剂剝剐剩剑剀创刬划剧刘刽刿剑㓥剂剑㔉仂刦劢劳券俲劲仂务勋劳势剿劝勚劢勋'
		'勋劢劝勻匦匮区仟世卆协单佔却即厍厅厕厌厂厉严厣叁叁叁叜丛勾仝吳吕吳吶呪吒呙呱员呗吣启启啖哑启唡㖞唤唧吅丧吃乔单哟呛啬唝吗呜唢呵哔叹喽呼啯呕啧唛哗唠啸叽咀哓呒啴嘘㖊咝哒哝哕噐嗳哙喷吨咛吓哜噜啮咽呖咙向亸'
		'喾严嘤啭嗫嚣冁呓啰嘱啮囘团囘囪囲囯図囯円囵囯囲圈园円図团压坏垛圻坝垂埒垭垵坚垩垴埚场垒块垲埘凃冢坞埙塡场堑垫塔坠増堕坟垯墙垦坛坏垱压刍垒圹垆坛坏垄垅坜壌坝塆壮一卖壶一壶壸墫壽処俻变卯多够伙侉夹匳奂奥奖'
		'匳夺奖奋儞妆妒儞姉姍妊奸侄姫妍奼喃娛娛娿娄姻妇娅壻娲妫㛀媪妈喃妪妩娴娴婳妫媭娆婵娇嫱嫋嫒娘嫔儞婴嬤婶娘㛤娈孙孚学孪冗实宫傢冤冦冨宽寝实宁审写宽㝦宝宠宝对壽专克将专寻对导尒尒塵嘎嘗尟堯堯尴侭屆尸屃屉屡层'
		'屦属屃亗冈冈借䉤峨峄峄岘岛峡崇华崃埼崐崕冈崘岽峥岽岚崟埼嵯㟥嵝崭岖岛岛崟崂峤峣峄峃崄岙嵘岭屿岳岿岩峦巅巅岩巢巯卮卷佈帅师带帡帐带帧冪帏帮㡎帼帻帜币币帮帱乹並倖乹么凼几厅广么坫厖坐库寓庙厕厢废厩厦庼厩厩'
		'厨厮庙厂庑废广廩庐厅厅巡囘乃廾奘一二二弑㳽弪张強弹弹強㳽弯彐帰噹匯彜彜彟彥凋份彨仿往后径从來从來复征征徳彻侥仁应匆协恆怪卹噁吝恂匆悅恼噁悞忰怅凄恵噁徳恼恽彁恻惬媿悫惧怆恺博忾恿态愠愼惨惭惭恸惯悫怄怂悭'
		'庆㥪忧恸惫㤭怜凭愦慭喜惮愤憇悯怃宪忆勤恳应怿怀嬾懍怼懑㤽㤖恹惩忏嬾怀悬忏惧慑恋戆戋戛只战戗戩勠戏战戏戏戶戶戻執于刔報抔扺伸払抚抛抜拕抃拜儗扩択十拏抠举变挱挟扱八扞挩扪拠卷总扫抡㧏抔挜挣挂剡埰予拣拴扱扬'
		'换掲挥扱总㩁扠损揺捣捜捶扇搨掏揾抢扛摂揺掴屏掼搂拓挚抠抟折掺击掘捞挦撐挠㧑挢掸拨扯抚扑揿搅挞挝捡扞拥掳択击挡㧟担拠㩵挤捣㧛举儗摈拧搁掷扩撷摆擞撸㧰扰摅撵拢拦撄搀撺携摂捃攒挛摊搅揽扑夊収叺俲叙勅叙敎敓敌'
		'数敺敛敩学斋斓斩断于旙既旭旭升愼是旷时晃晉昼晚晢晓晕晖忞映晻旸昶历暂了屩暨晔历昙晓向暧旷昽晒曳㫚书曽勗会朖朞望懞夲剳朮朵扐圬來傑东搆丫枀台拐岖拉奈查㭴柩杤柵枦慄柏桑圬栈丫栝杯杆栀枧条枭夢梲弃棊枨枣栋㭎'
		'栈桊栖梾桌丫检㭏棕查杨枫椭椘啝桢业梅极乐乹杩栄榅桤核搆枪杠桕样槇栊梹敧梿椠椁㮣概椮桨椢椝桩乐枞楼标枢㭤样榝权㭴桜桪朴树桦墫椫桡桥机椭幢横樐㭴档檗栝槚检樯檁栎梼台梹柠槛樒桌柜橱樐榈栉椟橼栎橱槠枦枥橥榇檗'
		'栊榉棂桜栏榉权椤栾榄棂埰懽忻慾唉欧懽敛欤懽岐步亗亗历历帰歹夭歿残殒殇㱮殚殓殡㱩歼歼杀壳壳毀殴毎毗斃毵毡氇气气氢氩氲冰尿匯氾汙凪汙汳决冱冲匂沒沱况氻氾泊沢冽泄洚泙汹净嚠汯浃凃泾洟泪涗凅凉凄泪净沦婬涞浅淸'
		'济涉淵涩淥淵沈涣减沨涡泄测渇浑凑浈况涌汤涅沩沅准沟湄渓温浉泝涢噺尿湿沧涤泷満栾浜沪滞渗卤浒浐滚満渔柒淥溇溉沤汉涟渍涨溆渐浆漱泼洁沩㴋潛洸润浔溃滗涠涩涩澂浇涝沄溜浩涧潟渑浣沢滪泶浍潋淀淡㳠浊浓㳡湿泞溁懞'
		'浕淠济涛㳔滥浚潍浜潛溅泊滤漾澛滢渎㲿泻沈嚠濒泸沥潇潆潴泷濑濑㳽潋澜沣滠潅洒滟漓滩灏漤㳕湾栾滟滅光災炅炮为乌災炯烃无焔焦烧炼暄炜暖烟煚焭焕炤烦炀㶽扇煴炝熈热炽烨灯炖烧䜩烂烫焖営灿烛烩㶶熏烬焘曜烁炉烂争愛'
		'为爷俎尒丬床墙椾牍它氂牵犁奔氂牺犊牺状狭狈狰猎犹狲狯犸呆狱狮奖兽独狯猃狝狞㺍猎犷兽獭献猕猡妙仫玟珍现毬凋珐珲玳玮玚琐玛琅玱瑤琏珱琎瑠玑瑷珰㻅环玙瑸玺琼珑珱瓒瓷瓯什嘗产产昶亩堺堺畄亩凑毕略画畬亩异畬叠画'
		'噹叠畴叠叠匹疎嗪痉痲杢疴痖疸愈疯疡痪瘗疮咝匁痩疟咴瘆哐疭瘘瘘疗痨痫疸愈疠瘪杢痒疖症疬癞癣瘿瘾嗪瘫癫发发佰皁帰皋皑噻疱皲皲皱皷杯冲椀盇塩盗盏侭监盘卢县愼眞眥众嬶困睁睐眭叡眍䁖瞒眙了瞆睑瞅懞眬瞩榘矫炮矿朱'
		'圳研墝硁硖砗峺砚湖棊砕埼扁硕砧砀瑙硷砜确码䂵滑硙殒砖硵碜碛矶墝䃅硚硷础碍矿砺砾矾炮砻廩祿祸祯祎祃祺御禅礼祢祷厶禿年祕希秆稅䅉棱廩种称稲乩稾䅟稚稣积稳秋穂秾穑秽稳獲稆穣窓窝洼穷窑窑窎窭窥灶窜窍窦灶窃奇尨'
		'並俟竖竞竞咲矢椾笔笋策笕笮䇲筐个椾烀筝剳箆棰筑箧筼棐箬筱笃箆筛竾笼彗筚箦砘篓篡簑箪简篑箫筜签帘篮筹䉤签籐箓篯箨籁笼签笾簖篱箩吁秈嘈粤粋粢糁粪穅粮粫团粝籴粜丝丝係糺帋扎䌷扎儖弦䌹紲絋絙丝絕䌼捆経䌷絝䌽淖'
		'紧总綠侔緒綫凩緣佟緼絛稹县絛縦䌸絷总緐綳徭縴綉絵縄絵係䍁継䍀侗筻絋続累縴侜纏才縴纉丝糺紆紅紂縴紇約級紈絋紀紉緯紜紘純紕紗綱納紝縦綸紛帋紋紡紵紖紐紓綫紺紲紱練組紳細織儖縐絆紼絀紹繹経紿綁絨結絝繞絰絎絵給'
		'絢絳絡絕絞統綆綃絹綉綌綏絛継綈績緒綾緓続綺緋淖緔緄縄維綿綬綳䌷絝綹綣綜綻綰綠綴緇緙緗緘緬纜緹緲緝緼絵緦綞凩緶綫緱縋緩締縷編緡緣縉縛縟稹縫縗縞纏縭縊縑繽縹縵縲纓縮繆繅筻繚繕繒繮繾繰繯繳纉欠瓶甖䓨墫坛甖坛'
		'缶網罘寘罚罢罚罥冪罗罴羁羁牴羣羟羡义羮翄习翆翚翘翱繙翙曜老叺秏秐借耧耢恥炅圣壻联聡联聡声耸听聩聂职聍听聋聿粛粛四宍哘疣朒毓肯笪笘勝朧肐胷胁胁脈筬胫唇胞脫尿脑胀胼肾胨脶脑肿脚肠䩄腽肠腘肤䏝胶腟腻胆脍脓囎'
		'䐪腊脸脐膑脏膘腊胭胪脏脔臜卧临圦緻台与兴举旧捨捨垳垪舖垰檥舡桁埖樐塰柁舡樐舶舱傈樐檥塰樐樐艰勃艳艳兿節羋墹庇巴兿刍墸瓤刈懞囌懞楙範泖泖柴苿㭤塋焭芊繭椒兹答荆茘庄盪栄滎犖熒庄苺茎荚苋獲瑩苑苽卜莵华苽庵帚'
		'烟菝苌莱荽萌営縈万荝莴叶荭嬶盖荮苇塟药荤莼莳懞莅莆苍荪席盖簑僾叁莲苁莼荜卜蒌蒋葱㭤烟荫菻乢橷菝蒍荨蒇蕊荞荬兿莸荛萼蒉盪芜萧蓣蕰荟蓟芗姜乢园荙莶荐萨药䉤妛薫䓕懞䓓荠借蓝荩蔵兿岾药岼䉤䓖苈蔼蔺萚蕊蕲芦囌蕴'
		'苹囌檗檗藓蔹茏兰盪蓠萝蘷蔂乕乇慮処呼虚虏号亏虬嶐旦萤蛱蚬蛻蚋蚀猬虾虱虺蜗蝇蛳蚂蚊萤繄䗖螗蜱蝼螀蚊蛰蟆蝈蝥繄虮蝉蛲虫蛏蚁蚃蝇虿弖蟒蟹蛴蝾蜡彁蛎蟏蛊蚕蠧蛮衂众蔑朮仝亍胡卫冲卫嫋衮絝衽嫋帬补装帬裏絝怺㓨复裈'
		'袖䍀袆絝裢䍀褛亵繈褒裥褝袯袄裣裆䍀袜䙓衬袭襕襾复核羁羁槻斍亲斍覷覧観見観覎槻覓視覘覧斍覬覡覿覥覦覯覲覷脚斤牴解觞觥觯触言䜣愬呵注咏察咯訮訩侉志唉說訚吅諌咨誊嚯諡謠呼哗証譖諩噪訳善护䛓誉謭読变詟䜩仇仇譲'
		'懽讃言計訂訃認譏訐訌討譲訕訖託訓議訊記訒講諱謳詎訝訥許訛論訩訟諷設訪訣証詁呵評詛識詗詐愬診詆謅詞詘詔詖訳詒誆誄試詿詩詰詼誠誅詵話誕詬詮詭詢詣諍該詳詫諢詡譸誡誣語誚誤誥誘誨誑說誦唉請諸諏諾読諑誹課諉諛誰'
		'諗調諂諒諄誶談讅誼謀諶諜謊諌諧嚯謁謂諤諭諼讒咨諳諺諦謎諞諝謨讜謖謝謠謗諡謙謐謹謾謫謭謬譚譖譙讕諩譎讞譴譫讖穀岂丰竖丰艳像豜予猪豮犲狢獏皃狸猊猫豼獏䝙二二买卹戝擶宾卖擶貭帐䞐剩賛贋貝貞負貟貢財責賢敗帐貨'
		'貭販貪貧貶購貯貫二擶賁貰貼貴貺貸貿費賀貽戝贄賈賄貲賃賂贓資賅贐賕賑賚賒賦賭賫贖賞賜贔賙賡賠賧賴賵贅賻賺賽賾贋賛贇贈贍贏贛赪走趁赶赵趑趋趱呋趵呋屩跥疎践踨踊暃跄跸跡蹒踨跹番屩屩跶趸踌跻跃䟢踯跞踬蹰跹躗蹑'
		'蹿躜躏耽体躱躯体卌军朷帡挽軽輒輌帡舆輼毂転軣車軋軌軒軑朷転軛輪軟軣軲軻轤軸軹軼軤軫轢軺軽軾載輊轎輈輇輅較輒輔輌輦輩輝輥輞輬輟輜輳輻輯輼輸轡轅轄輾轆轍轔罪辢办弁弁辞辫辩农辵边楾廸叠径囘跡乃椦迯槝递径这椨'
		'椥连厤奔迸迨椡进椣楾迟迂游运徧过徨逎楾违樮榁逊递远泝遙适迟迁槝樮辽辟迈还迩边边逻逦橸欝胝郎郏卩邮乡郓乡橸邬乡郧邓郑邻郸邺郐邝酂郦酏詶詶羗酔酢酝丑酝酱医酱酦酿詶䜩醾酿衅酾酽埰埰釈釈裏埜厘金剑釜剑䥺耙巨箝'
		'缽鈎矿鉄衔耡舖銳录銭炼录表吣炼煅鈡熔蓥鎭鎖旋鍃刬錾䥽銹鈡錏鉄䦅䦃鉄鈬鎄鋳鉨鉴鉴癸矿鈩缶鑚銮凿䦆金釓釔針釘釗釙釕釷釺釧釤鈒釩釣鍆釹鍚釵鈃鈣鈈鈦巨鈍鈔鈡鈉鋇鋼鈑鈐鑰欽鈞鎢鈎鈧鈁鈥鈄鈕耙鈺銭鉦箝鈷缽鈳鉕鈽鈸'
		'鉞鑚鉬鉭鉀鈿鈾鉄鉑鈴鑠鉛鉚鉋鈰鉉鉈鉍鈮鈹鈬鉶銬銠鉺鋩錏銪鋮鋏鋣鐃銍鐺銅鋁銱銦鎧鍘銖銑鋌銩銛鏵銓鎩鉿銚鉻銘錚銫鉸銥刬銃鐋銨銀銣鋳鐒舖鋙錸鋱鏈鏗銷鎖鋰鋥耡鍋鋯鋨銹銼鋝鋒鋅鋶鐦鐧銳銻鋃鋟鋦錒錆鍺鍩錯錨錛錡鍀'
		'錁錕錩錫錮鑼錘錐錦鑕鍁錈鍃錇錟錠鍵鋸錳錙鍥鍈鍇鏘鍶鍔鍤鍬鈡煅鎪鍠鍰鎄鍍鎂鏤鎡鐨鎇鏌鎭鎛鎘鑷鎲鐫鎳鎿鎦鎬鎊鎰鎵鑌熔鏢鏜鏝鏍鏰鏞鏡鏑鏃旋鏐鐔鐝鐐鏷鑥鐓鑭鐠鑹鏹鐙鑊鐳鐶鐲鐮鐿鑔鑣鑞鑱鑲長閇咺开閑关合哄閆板晻'
		'濶溂合斗关辟門閂閃閆閈閇問闖閏闈閑閎間閔閌悶閘閙閨聞闥閩閭闓閥閣閡閫閱閬闍閾閹閶閿閽閆閼闡溂闃闠濶闋合闐闒闕闞闤阜厄坂坑址穽昜堦垓陉陕陕升徏阵唗殒阴陈陥陆险昜陧队陏堦殒郄际隐邻随险唗隐陇隶隶只隽杂凋虽'
		'双雏杂仇离难巢云电灵癨蜺霡雾覇霁雳霭叇灵叆熕熕靓靓靓䩄靥靭啈唪鞌巩唡橇緔秋橇繮鞑仟袜鞯靭袜韋靭韍韓韙韞韜艽艽韵响濩予头穎頚賴顏显愿顚类頋显頁頂頃頇項順須頊頑頋頓頎頒頌頏予顱領頗頚頡頰頲頜潁熲頦頤頻頮頹'
		'頷穎穎顆題顒顎顓顏額顳顢顚顙顥纇顫顬顰顴台刮飃飆風颺颭颮颯颶颸颼颻飀飃飆飆繙飛食飯飮粢养瓲喰余肴飾餅舘糇糖餽飨瓲食飣飢飥餳飩餼飪飫飭飯飮餞飾飽飼飿飴餌饒餉餄餎餃餏餅餑餖餓余餒餕餜餛餡舘餷餽餶餿饞饁饃餺'
		'餾饈饉饅饊饌饢冯馱駆畉駝甼罵駁喙畩呆駢騌䯄腾騒蓦駆験惊駅懽馬馭馱馴馳駆馹駁驢駔駛甼駙駒騶駐駝畉駕駅駘驍罵駰驕驊駱駭駢驫驪騁験騂駸畩騏騎騍騅騌驌驂騙騭騤騒騖驁騮騫騸驃騾驄驏驟驥驦驤肮膸膑髅脏膸体膑髋胪高'
		'髠仿氂发发彿嘧騌松胡須鬓斗閙哄阋斗阄欝鬶粥魉魇䲟尟骾鮝䲠䲡䲡䲢鰛嘪鯵鰉鱓鮝鰐尟魚魛魢魷魨魯魴䰾魺鮁鮃鮎鱸鮋鮓鮒鮊鮑鱟鮍鮐鮭鮚鮳鮪鮞鮦鰂鮜鱠鱭鮫尟鮺鮝鱘骾鱺鰱鰹鯉鰣鰷鯀鯊鯇鮶鯽鯒鯖鯪鯕鯫鯡鯤鯧鯝鯢鯰鯛鯨'
		'鯵鯴鯔鱝鰈鰏鱨鯷鰛鰃鰓鰐䲡鰒鰉鰁鱂鯿鰠鰲鰭鰨鰥鰩鰟鰜鰳鰾鱈鱉鰻鰵鱅䲁鰼鱖鱓鱗鱒鱯鱤鱧鱣䲘凫雁凫凤䴓雁巅莺䴕䴔鴟哙鵝凋鴉䴖雞䴗鶇莺雞䴘䴘鷆䜩䴙㶉䴙鵉鳥鳩雞鳶鳴鳲鷗鴉鶬鴇鴆鴣鶇鸕鴨鴞鴦鴒鴟鴝鴛鷽鴕鷥鷙鴯鴰'
		'鵂鴴鵃鴿鵉鴻鵐鵓鸝鵑鵠鵝鵒鷳鵜鵡鵲鶓鵪鵾鵯鵬鵮鶉鶊鵷鷫鶘鶡鶚鶻鶖鷀鶥鶩鷊鷂鶲鶹鶺鷁鶼鶴鷖鸚鷓鷚鷯鷦鷲鷸鷺䴉鸇鷹鸌鸏鸛鸘卤咸硷塩鹺麁猊梺丽麁麥面曲面麩麴菻么么甦黃黉黑默硴点党鬒黪霉黡黩芾黽晁蛛蜘碵鱉黿鼉'
		'皷冬鞀鼠蚡鼴斉斋賫韲斉韲歯齡出礇啮咬腭歯齔齕齗齟齡齙齠齜礇齬齪齲齷尨厐厖䶮尨龔龕亀秋亀和䜤䃮䥑䲤鿒鎶鿟鉨鮗鿳埼', null)) as v (variant, folded);
analyze renkei.character_variant;

alter function renkei.fold_text(text) rename to fold_width;
comment on function renkei.fold_width(text) is 'A text with width, kana, case and blanks set aside: NFKC, small letters, hiragana for katakana, no blanks.';
create function renkei.fold_variants(p_folded text) returns text
language plpgsql stable parallel safe set search_path = pg_catalog, pg_temp as $$
declare
	these text;
	those text;
begin
	select string_agg(v.variant, ''), string_agg(v.folded, '') into these, those
	from renkei.character_variant v where v.variant = any (string_to_array(p_folded, null));
	return case when these is null then p_folded else translate(p_folded, these, those) end;
end $$;
comment on function renkei.fold_variants(text) is 'A text with one character for each family of variants (renkei.character_variant); as long as before.';
create function renkei.fold_text(p_text text) returns text
language sql stable parallel safe as $$
	select renkei.fold_variants(renkei.fold_width(p_text))
$$;
comment on function renkei.fold_text(text) is 'A text as it is searched: width, kana, case, blanks and variants of Chinese characters set aside.';

-- What has a name that the registry changes is made ready anew; until then it is found by the one before.
create function renkei.names_are_searched_anew() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
	own constant text := coalesce(current_setting('renkei.tenant', true), '');
begin
	-- What waits already, or is being made ready by the name before, is made ready once this has come to its end.
	perform pg_advisory_xact_lock(hashtextextended('index_search', 0));
	perform set_config('renkei.tenant', '*', true);
	if tg_table_name = 'municipality' then
		insert into renkei.search_pending (municipality_code, version_id)
		select t.municipality_code, t.version_id from renkei.search_text t where (t.municipality_code, t.version_id) in (
			select p.municipality_code, p.version_id from renkei.activity_municipality p where p.party_municipality_code = new.municipality_code
			union all select p.municipality_code, p.version_id from renkei.project_municipality p where p.party_municipality_code = new.municipality_code)
		on conflict do nothing;
	else
		insert into renkei.search_pending (municipality_code, version_id)
		select t.municipality_code, t.version_id from renkei.search_text t where (t.municipality_code, t.version_id) in (
			select p.municipality_code, p.version_id from renkei.activity_partner p where p.partner_code = new.partner_code
			union all select p.municipality_code, p.version_id from renkei.need p where p.partner_code = new.partner_code
			union all select p.municipality_code, p.version_id from renkei.project_partner p where p.partner_code = new.partner_code
			union all select p.municipality_code, p.version_id from renkei.policy_contribution p where p.partner_code = new.partner_code)
		on conflict do nothing;
	end if;
	perform set_config('renkei.tenant', own, true);
	return null;
end $$;
comment on function renkei.names_are_searched_anew() is 'Records of a municipality or Chinese government whose name changed are searched by the new one.';
create trigger names_are_searched_anew after update on renkei.municipality for each row
	when ((old.name_ja, old.name_zh, old.name_en) is distinct from (new.name_ja, new.name_zh, new.name_en)) execute function renkei.names_are_searched_anew();
create trigger names_are_searched_anew after update on renkei.partner_government for each row
	when ((old.name_ja, old.name_zh, old.name_en) is distinct from (new.name_ja, new.name_zh, new.name_en)) execute function renkei.names_are_searched_anew();

-- What was made ready before: variants now, so that nothing is lost; names when the workers come to it.
select set_config('renkei.tenant', '*', true);
update renkei.search_text t set folded = renkei.fold_variants(t.folded);
update renkei.search_pair p set pairs = renkei.pairs_of(t.folded) from renkei.search_text t where t.document = p.document;
insert into renkei.search_pending (municipality_code, version_id) select t.municipality_code, t.version_id from renkei.search_text t on conflict do nothing;
select set_config('renkei.tenant', '', true);
