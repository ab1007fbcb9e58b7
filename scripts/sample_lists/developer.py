# ruff: noqa: S311 - seeded on purpose; lists of words in long lines
"""A property developer's list: Chinese, GB18030, titles above, total and remark below."""

from __future__ import annotations

import csv
import io
import random
from datetime import timedelta
from pathlib import Path

from day import LAST_DAY

XUCHANG_ROADS = [
    "七一路",
    "毓秀路",
    "五一路",
    "许继大道",
    "新兴路",
    "向阳路",
    "建安大道",
    "八一路",
    "文峰路",
    "莲城大道",
    "延安路",
    "劳动路",
    "天宝路",
    "魏文路",
    "前进路",
    "学府街",
    "南关大街",
    "东大街",
    "西大街",
    "春秋路",
    "颍昌大道",
    "许由路",
    "仓库路",
    "智慧大道",
    "永昌大道",
    "德政路",
    "工农路",
    "六一路",
]
XUCHANG_VILLAGES = [
    "建安区尚集镇",
    "建安区将官池镇",
    "建安区五女店镇",
    "建安区苏桥镇",
    "建安区蒋李集镇",
    "建安区张潘镇",
    "建安区陈曹乡",
    "长葛市大周镇",
    "长葛市后河镇",
    "禹州市神垕镇",
    "鄢陵县陈化店镇",
    "襄城县颍阳镇",
    "魏都区高桥营街道",
    "东城区祖师庙街道",
]
XUCHANG_ESTATES = [
    "怡景花城",
    "孙湾小区",
    "祥和小区",
    "帝豪花园",
    "腾飞花园",
    "宇华名郡",
    "万象新天",
    "许继花园",
    "水语花城",
    "天合丽景",
    "瑞贝卡花园",
    "芙蓉湖畔",
]
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
)
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华红玉梅建国志文海燕晓峰宏鹏飞雪琴振东新民春生"
SHOP_NAMES = [
    "鑫源",
    "宏达",
    "金辉",
    "恒通",
    "瑞丰",
    "中原",
    "莲城",
    "曹魏",
    "华兴",
    "永盛",
    "天健",
    "博雅",
    "正道",
    "豫中",
    "众诚",
    "顺达",
    "福临",
    "颍河",
    "启航",
    "佳和",
    "泰和",
    "同德",
    "龙腾",
    "远大",
]
TRADES = (
    ("企业", "电气设备有限公司", 80, 900), ("企业", "发制品有限公司", 120, 2600), ("企业", "食品有限公司", 40, 600),
    ("企业", "机械制造有限公司", 60, 800), ("企业", "商贸有限公司", 8, 90), ("企业", "建材有限公司", 10, 120),
    ("个体", "烟酒店", 2, 6), ("个体", "汽车维修中心", 5, 30), ("医院", "医院", 60, 700), ("学校", "小学", 40, 160),
    ("金融", "村镇银行许昌支行", 15, 60), ("社区", "社区居民委员会", 300, 4000), ("村委", "村民委员会", 200, 2500),
)  # fmt: skip
SOURCES = ["商圈派单", "企业拓展", "老带新", "竞品拦截", "社区覆盖", "巡展", "电话拓客", "朋友介绍"]


def chinese_person(random_source: random.Random) -> str:
    """Return an invented Chinese name."""
    given = "".join(random_source.sample(GIVEN, random_source.choice((1, 2, 2))))
    return random_source.choice(SURNAMES) + given


def chinese_phone(random_source: random.Random) -> str:
    """Return a plausible number the way people type it, sometimes masked, double or missing."""
    prefix = random_source.choice(
        [
            "137",
            "138",
            "139",
            "150",
            "151",
            "152",
            "158",
            "159",
            "182",
            "183",
            "185",
            "186",
            "187",
            "188",
            "199",
        ]
    )
    mobile = prefix + f"{random_source.randrange(10**8):08d}"
    landline = f"0374-{random_source.choice('23456')}{random_source.randrange(10**6):06d}"
    forms = (
        (60, mobile),
        (8, f"{mobile[:3]} {mobile[3:7]} {mobile[7:]}"),
        (6, f"{mobile[:3]}-{mobile[3:7]}-{mobile[7:]}"),
        (8, landline),
        (4, f"{landline}转{random_source.randrange(800, 900)}"),
        (4, f"{mobile}/{landline}"),
        (3, mobile.translate(str.maketrans("0123456789", "０１２３４５６７８９"))),
        (2, f"+86 {mobile}"),
        (2, f"{mobile[:3]}****{mobile[7:]}"),
        (3, ""),
    )
    return random_source.choices([form for _weight, form in forms], [weight for weight, _form in forms])[0]


def xuchang_address(random_source: random.Random) -> str:
    """Return an address in Xuchang with what people leave out left out."""
    road, number = random_source.choice(XUCHANG_ROADS), random_source.randrange(1, 480)
    cross = random_source.choice([each for each in XUCHANG_ROADS if each != road])
    head = random_source.choice(
        ("河南省许昌市魏都区", "许昌市魏都区", "许昌市", "魏都区", "许昌市东城区", "许昌市建安区", "")
    )
    return random_source.choice(
        (
            f"{head}{road}{number}号",
            f"{head}{road}{number}号",
            f"{head}{road}与{cross}交叉口向东{random_source.randrange(1, 9) * 50}米路北",
            f"{head}{road}{number}号{random_source.choice(XUCHANG_ESTATES)}{random_source.randrange(1, 20)}号楼",
            f"许昌市{random_source.choice(XUCHANG_VILLAGES)}{random_source.choice(SURNAMES)}庄村",
            f"{head}{road} {number} 号",
        )
    )


def chinese_date(random_source: random.Random) -> str:
    """Return a day of the last year in one of the usual forms."""
    day = LAST_DAY - timedelta(days=random_source.randrange(365))
    return random_source.choice(
        (
            day.isoformat(),
            f"{day.year}/{day.month}/{day.day}",
            f"{day.year}.{day.month}.{day.day}",
            f"{day.year}年{day.month}月{day.day}日",
            day.strftime("%Y%m%d"),
        )
    )


def developer_rows(random_source: random.Random, count: int = 413) -> list[list[str]]:
    """Return the rows of the property developer's list, some of them twice in another spelling."""
    rows: list[list[str]] = []
    for number in range(1, count + 1):
        if rows and random_source.random() < 0.03:
            again = list(random_source.choice(rows))
            again[1] = again[1].replace("有限公司", "").replace("许昌", "许昌 ") + random_source.choice(
                ("", "（许昌）")
            )
            rows.append([str(number), *again[1:]])
            continue
        kind, ending, least, most = random_source.choice(TRADES)
        mark = random_source.choice(SHOP_NAMES)
        place = random_source.choice(("许昌", "许昌市", "河南", "许昌魏都区", ""))
        size = random_source.randrange(least, most)
        unit = "户" if kind in {"社区", "村委"} else "人"
        rows.append(
            [
                str(number),
                f"{place}{mark}{random_source.choice(SURNAMES) if kind in {'个体', '社区', '村委'} else ''}{ending}",
                kind,
                chinese_person(random_source)
                if random_source.random() < 0.7
                else f"{random_source.choice(SURNAMES)}先生",
                chinese_phone(random_source),
                xuchang_address(random_source),
                random_source.choice((f"约{size}{unit}", f"{size}{unit}", str(size), f"{size:,}")),
                random_source.choices(("A", "B", "C", "D", ""), (10, 25, 40, 15, 10))[0],
                random_source.choice(SOURCES),
                chinese_date(random_source),
                random_source.choice(
                    ("", "", "", "已拜访，下周回访", "有团购意向\n需要班车", "负责人出差", "关注学区")
                ),
            ]
        )
    return rows


def write_developer_list(directory: Path) -> None:
    """Write 许昌拓客客户名单.csv: GB18030, titles above, total and remark below."""
    random_source = random.Random(413)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    width = 11
    writer.writerow(["许昌市拓客客户名单（中心、东区、北区、新区、西区、南区）"] + [""] * (width - 1))
    writer.writerow(["填报部门：拓客一组", "", "", "", "", "", "", "", "填报日期：2026年3月15日", "", ""])
    writer.writerow([""] * width)
    writer.writerow(
        [
            "序号",
            "客户名称",
            "客户类型",
            "关键人",
            "联系电话",
            "详细地址",
            "规模（人/户）",
            "意向等级",
            "来源",
            "登记日期",
            "备注",
        ]
    )
    for row in developer_rows(random_source):
        writer.writerow(row)
    writer.writerow(["合计", "413", "", "", "", "", "", "", "", "", ""])
    writer.writerow(["制表人：" + chinese_person(random_source)] + [""] * (width - 1))
    (directory / "许昌拓客客户名单.csv").write_bytes(out.getvalue().encode("gb18030"))
