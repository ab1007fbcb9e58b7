"""Reading typed letters as pinyin: huado is hua and the beginning of dong."""

from __future__ import annotations

from collections.abc import Iterator

_TYPED = """
    a ai an ang ao ba bai ban bang bao bei ben beng bi bian biang biao bie bin bing bo bong bu ca cai can
    cang cao ce cei cen ceng cha chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan
    chuang chui chun chuo ci cong cou cu cuan cui cun cuo da dai dan dang dao de dei den deng di dia dian
    diao die din ding diu dong dou du duan dui dun duo e ei en eng er fa fan fang fei fen feng fiao fo fou
    fu ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo ha hai han hang hao
    he hei hen heng hong hou hu hua huai huan huang hui hun huo ji jia jian jiang jiao jie jin jing jiong
    jiu ju juan jue jun ka kai kan kang kao ke kei ken keng kong kou ku kua kuai kuan kuang kui kun kuo la
    lai lan lang lao le lei len leng li lia lian liang liao lie lin ling liu lo long lou lu luan lun luo lv
    lve ma mai man mang mao me mei men meng mi mian miao mie min ming miu mo mou mu na nai nan nang nao ne
    nei nen neng ni nia nian niang niao nie nin ning niu nong nou nu nuan nun nuo nv nve o ou pa pai pan
    pang pao pei pen peng pi pian piao pie pin ping po pou pu qi qia qian qiang qiao qie qin qing qiong qiu
    qu quan que qun ran rang rao re ren reng ri rong rou ru rua ruan rui run ruo sa sai san sang sao se sen
    seng sha shai shan shang shao she shei shen sheng shi shou shu shua shuai shuan shuang shui shun shuo si
    song sou su suan sui sun suo ta tai tan tang tao te tei teng ti tian tiao tie ting tong tou tu tuan tui
    tun tuo wa wai wan wang wei wen weng wo wong wu xi xia xian xiang xiao xie xin xing xiong xiu xu xuan
    xue xun ya yan yang yao ye yi yin ying yo yong you yu yuan yue yun za zai zan zang zao ze zei zen zeng
    zha zhai zhan zhang zhao zhe zhei zhen zheng zhi zhong zhou zhu zhua zhuai zhuan zhuang zhui zhun zhuo
    zi zong zou zu zuan zui zun zuo
"""
SYLLABLES = frozenset(_TYPED.split())
"""Toneless syllables of Mandarin as they are typed (ü is v)."""

BEGINNINGS = frozenset(syllable[:length] for syllable in SYLLABLES for length in range(1, len(syllable) + 1))
LONGEST_SYLLABLE = max(map(len, SYLLABLES))
LONGEST_WORD = 64
MOST_READINGS = 24


def readings(word: str) -> list[tuple[str, ...]]:
    """Every way to read a word as whole syllables and, at the end, a whole one or the beginning of one.

    `word` is in lower case. At most `MOST_READINGS` ways are returned, those with the longer first syllables first.
    """
    if not (word.isascii() and word.isalpha()) or len(word) > LONGEST_WORD:
        return []
    dead: set[int] = set()
    found: list[tuple[str, ...]] = []
    for reading in _readings(word, 0, dead):
        found.append(reading)
        if len(found) == MOST_READINGS:
            break
    return found


def _readings(word: str, start: int, dead: set[int]) -> Iterator[tuple[str, ...]]:
    """The readings of the rest of a word; places from which nothing can be read are remembered."""
    if start in dead:
        return
    alive = False
    rest = word[start:]
    if rest in BEGINNINGS:
        alive = True
        yield (rest,)
    for length in range(min(LONGEST_SYLLABLE, len(rest) - 1), 0, -1):
        if rest[:length] in SYLLABLES:
            for others in _readings(word, start + length, dead):
                alive = True
                yield (rest[:length], *others)
    if not alive:
        dead.add(start)
