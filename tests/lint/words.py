#!/usr/bin/env python3
"""words.py - one word for one thing: what people read has no second word for what has its word already, in Japanese and in Chinese."""
import re

import tree

# A pattern that must not stand in any sentence, and the word that is meant.
SECOND = {
    "ja": [
        ("警告", "注意"), ("実施方法", "実施形態"), ("取組の種類", "取組の種別"), ("活動", "取組"), ("締切|〆切|締め切り", "期限"), ("報告期(?!間)", "報告対象期"),
        ("運用者|管理者|運用担当者", "運用担当"), ("受領証|受取証", "受領書"), ("到達番号", "受領番号"), ("添付ファイル", "添付資料"), ("承認者", "決裁者"),
        ("差戻(?!し)|差し戻し(?![てたま、])", "差戻し"), ("取り下げ(?=[のがをは：]|$)", "取下げ"), ("差し替え(?=[のがをは：]|$)", "差替え"), ("実績無し", "実績なし"),
        ("相手都市|パートナー|中国側都市", "中国側地方政府"), ("リマインド|リマインダー", "督促"), ("祝日", "休日"), ("コンテキスト", "接続先"), ("バージョン", "版"),
        ("レポート", "報告"), ("エクスポート", "データ一式"), ("ステータス", "状態"), ("スナップショット", "保存した評価"), ("バンドル", "データ一式"), ("サーバ(?!ー)", "サーバー"), ("ユーザ", "利用者"),
        ("フォルダ(?!ー)|ディレクトリ", "フォルダー"), ("アップロード|ダウンロード", "送信・受信"), ("キャンセル", "取消し"), ("下さい", "ください"), ("出来[るな]", "できる"),
    ],
    "zh": [("受理", "审核通过"), ("秘书处", "事务局"), ("自治團體|自治团体", "自治体"), ("收据", "回执"), ("截止期限", "截止日期"), ("附件资料", "附件"), ("截止时间|提交截止", "截止日期"), ("驳回", "退回")],
}
TEXT = r'"((?:[^"\\]|\\.)*)"'


def catalogue(language):
    path = f"proto/words/po/{language}.po"
    for number, line in enumerate((tree.ROOT / path).read_text().splitlines(), 1):
        if line.startswith("msgstr "):
            yield f"{path}:{number}", line


def table(path, column):
    """The column-th text of each line of a table in C."""
    for number, line in enumerate((tree.ROOT / path).read_text().splitlines(), 1):
        texts = re.findall(TEXT, line)
        if line.lstrip().startswith("{") and len(texts) > column:
            yield f"{path}:{number}", texts[column]


def page(path):
    for number, line in enumerate((tree.ROOT / path).read_text().splitlines(), 1):
        yield f"{path}:{number}", line


def read(language):
    """Every sentence and label of a language, with where it stands."""
    behind = {"ja": 1, "zh": 2}[language]
    yield from catalogue(language)
    yield from table("client/say_client.inc", behind + 1)
    yield from table("client/form/sheets_words.inc", behind + 1)
    for path in ("proto/words/labels_fields.inc", "proto/words/labels_values.inc", "proto/words/terms.c"):
        yield from table(path, behind)
    if language == "ja":
        yield from page("client/renkei.ja.1.scd")


found = []
for language, seconds in SECOND.items():
    count = 0
    for place, text in read(language):
        count += 1
        for pattern, word in seconds:
            second = re.search(pattern, text)
            if second:
                found.append(f"{place}: \"{second[0]}\" is called \"{word}\": {text}")
    if count < 1500:
        found.append(f"only {count} sentences and labels of {language} were read")
tree.end(found, "words that people read")
