#include "words/code.h"

/* Prefectures by code, then cities by code: the order of the interim evaluation's table. */
static const struct rk_code_name lg_names[] = {
	{"110001", "埼玉県",    "Saitama Prefecture", "埼玉县"   },
	{"130001", "東京都",    "Tokyo",              "东京都"   },
	{"160008", "富山県",    "Toyama Prefecture",  "富山县"   },
	{"200000", "長野県",    "Nagano Prefecture",  "长野县"   },
	{"280003", "兵庫県",    "Hyogo Prefecture",   "兵库县"   },
	{"400009", "福岡県",    "Fukuoka Prefecture", "福冈县"   },
	{"141305", "川崎市",    "Kawasaki City",      "川崎市"   },
	{"242021", "四日市市", "Yokkaichi City",     "四日市市"},
	{"281000", "神戸市",    "Kobe City",          "神户市"   },
	{"401005", "北九州市", "Kitakyushu City",    "北九州市"},
	{"442011", "大分市",    "Oita City",          "大分市"   },
};

static const struct rk_code_name gb_names[] = {
	{"110000", "北京市",    "Beijing",   "北京市"},
	{"120000", "天津市",    "Tianjin",   "天津市"},
	{"130000", "河北省",    "Hebei",     "河北省"},
	{"130200", "唐山市",    "Tangshan",  "唐山市"},
	{"130400", "邯鄲市",    "Handan",    "邯郸市"},
	{"140000", "山西省",    "Shanxi",    "山西省"},
	{"210000", "遼寧省",    "Liaoning",  "辽宁省"},
	{"210100", "瀋陽市",    "Shenyang",  "沈阳市"},
	{"210200", "大連市",    "Dalian",    "大连市"},
	{"310000", "上海市",    "Shanghai",  "上海市"},
	{"320000", "江蘇省",    "Jiangsu",   "江苏省"},
	{"350200", "アモイ市", "Xiamen",    "厦门市"},
	{"420100", "武漢市",    "Wuhan",     "武汉市"},
	{"440000", "広東省",    "Guangdong", "广东省"},
	{"440400", "珠海市",    "Zhuhai",    "珠海市"},
	{"500000", "重慶市",    "Chongqing", "重庆市"},
	{"610100", "西安市",    "Xi'an",     "西安市"},
};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static const struct rk_code_name *find(
	const struct rk_code_name *names, size_t count, struct rk_slice code)
{
	for (size_t i = 0; i < count; i++) {
		if (rk_slice_equal_str(code, names[i].code))
			return &names[i];
	}
	return NULL;
}

const struct rk_code_name *rk_lg_name(struct rk_slice code)
{
	return find(lg_names, COUNT(lg_names), code);
}

const struct rk_code_name *rk_gb_name(struct rk_slice code)
{
	return find(gb_names, COUNT(gb_names), code);
}

const struct rk_code_name *rk_lg_names(size_t *count)
{
	*count = COUNT(lg_names);
	return lg_names;
}

const struct rk_code_name *rk_gb_names(size_t *count)
{
	*count = COUNT(gb_names);
	return gb_names;
}
