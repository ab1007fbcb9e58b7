"""Where a name or an address says it is: provinces and large cities, which stand before a name, after it or within."""

from __future__ import annotations

import re

_CHINESE = [
    "北京",
    "上海",
    "天津",
    "重庆",
    "河北",
    "山西",
    "辽宁",
    "吉林",
    "黑龙江",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "海南",
    "四川",
    "贵州",
    "云南",
    "陕西",
    "甘肃",
    "青海",
    "台湾",
    "内蒙古",
    "广西",
    "西藏",
    "宁夏",
    "新疆",
    "香港",
    "澳门",
    "石家庄",
    "唐山",
    "保定",
    "太原",
    "沈阳",
    "大连",
    "鞍山",
    "长春",
    "哈尔滨",
    "大庆",
    "南京",
    "无锡",
    "徐州",
    "常州",
    "苏州",
    "南通",
    "扬州",
    "镇江",
    "昆山",
    "杭州",
    "宁波",
    "温州",
    "嘉兴",
    "湖州",
    "绍兴",
    "金华",
    "台州",
    "义乌",
    "合肥",
    "芜湖",
    "福州",
    "厦门",
    "泉州",
    "漳州",
    "南昌",
    "九江",
    "济南",
    "青岛",
    "淄博",
    "烟台",
    "潍坊",
    "临沂",
    "郑州",
    "洛阳",
    "许昌",
    "武汉",
    "宜昌",
    "襄阳",
    "长沙",
    "株洲",
    "广州",
    "深圳",
    "珠海",
    "汕头",
    "佛山",
    "东莞",
    "中山",
    "惠州",
    "江门",
    "南宁",
    "柳州",
    "桂林",
    "海口",
    "三亚",
    "成都",
    "绵阳",
    "贵阳",
    "昆明",
    "拉萨",
    "西安",
    "宝鸡",
    "兰州",
    "西宁",
    "银川",
    "乌鲁木齐",
    "呼和浩特",
    "包头",
    "台北",
    "高雄",
    "台中",
    "台南",
]
_KOREAN = [
    "서울",
    "부산",
    "대구",
    "인천",
    "광주",
    "대전",
    "울산",
    "세종",
    "경기",
    "강원",
    "충북",
    "충남",
    "전북",
    "전남",
    "경북",
    "경남",
    "제주",
    "수원",
    "성남",
    "창원",
    "청주",
    "전주",
    "천안",
]
_ENDINGS = "(?:特别行政区|自治区|特别市|특별자치시|특별자치도|특별시|광역시|省|市|시|도)?"
_PLACE = "|".join(sorted([*_CHINESE, *_KOREAN], key=len, reverse=True))
_BRACKETED = re.compile(rf"[(\[（【]\s*({_PLACE}){_ENDINGS}\s*[)\]）】]")
_FIRST = re.compile(rf"^\s*((?:{_PLACE}){_ENDINGS})\s*")
_ANYWHERE = re.compile(rf"({_PLACE}){_ENDINGS}")
_SHORTEST_REST = 2


def split_region(name: str) -> tuple[str, str]:
    """Return the place a name (one width, simplified) says, and the name without it; "" when it says none.

    >>> split_region("华强科技(北京)有限公司")
    ('北京', '华强科技有限公司')
    """
    if found := _BRACKETED.search(name):
        return found[1], name[: found.start()] + name[found.end() :]
    place, rest = "", name
    while (found := _FIRST.match(rest)) and len(rest) - found.end() >= _SHORTEST_REST:
        inner = _ANYWHERE.match(found[1])
        place = inner[1] if inner else found[1]  # a city after its province says more
        rest = rest[found.end() :]
    return place, rest


def region_of(text: str) -> str:
    """Return the last place named at the beginning of an address or in a city's name, "" when none is.

    >>> region_of("广东省深圳市福田区")
    '深圳'
    """
    place, _ = split_region(f"{text}--")
    return place
