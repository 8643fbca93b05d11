/** Templates that would take minutes, or more memory than there is, if nobody counted what they do. */

type Sources = Readonly<Record<string, string>>

/** A text of 655,360 letters, as `x`. */
const long = '{% assign x = "aaaaaaaaaa" %}{% for i in (1..16) %}{% assign x = x | append: x %}{% endfor %}'
/** Two of a letter more, which differ in that one, as `y` and `z`. */
const alike = `${long}{% assign y = x | append: "b" %}{% assign z = x | append: "c" %}`
const often = (body: string, times = 1_000_000) => `{% for n in (1..${times}) %}${body}{% endfor %}`

/** Those that are found out at once. */
export const endless: Sources = {
  'loops in loops': often(often(often('x', 10_000), 10_000), 10_000),
  'a range beyond all': '{% for i in (1..9999999999) %}x{% endfor %}',
  'itself, rendered': '{% render "a" %}',
  'itself, included twice': '{% include "a" %}{% include "a" %}',
  'itself as its frame': '{% layout "a" %}{% block b %}x{% endblock %}',
  'a text that doubles': `{% assign x = "a" %}${often('{% assign x = x | append: x %}')}`,
  'a text that grows': `{% assign x = "" %}${often('{% assign x = x | append: "abcdef" %}')}`,
  'a text that captures itself twice': `{% assign x = "a" %}${often('{% capture x %}{{ x | raw }}{{ x | raw }}{% endcapture %}')}`,
  'a long text, printed often': long + often('{{ x | raw }}'),
  'a list of two that are the list before': `{% assign a = "x,y" | split: "," %}${often('{% assign a = "" | split: "," | push: a | push: a %}', 40)}{{ a }}`,
  'a text split into letters, often': long + often('{% assign a = x | split: "" %}'),
  'a list joined by a long text, often': `{% assign a = (1..100000) %}${often('{% assign b = a | join: "aaaaaaaaaaaaaaaaaaa" %}')}`,
  'every letter replaced, often': long + often('{% assign y = x | replace: "a", "bb" %}'),
  'nothing replaced by all': `{% assign x = "aaaaaaaaaa" %}${often('{% assign x = x | replace: "", x %}')}`,
  'a long text looked for in a longer one': `${long}{% assign y = x | slice: 0, 200000 %}{% assign z = y | append: "b" | append: y %}{% if x contains z %}{% endif %}`,
  'a text split at a long one': `${long}{% assign y = x | slice: 0, 200000 %}{% assign z = y | append: "b" | append: y %}{% assign a = x | split: z %}`,
  'numbers sorted, often': `{% assign a = (1..1000000) | reverse %}${often('{% assign b = a | sort %}')}`,
  'long texts sorted': `${alike}{% assign a = "" | split: "," %}${often('{% assign a = a | push: y | push: z %}', 2000)}{% assign b = a | sort %}`,
}

/** Those that take all the steps a page may take. */
export const exhausting: Sources = {
  'long texts compared, often': alike + often('{% if y == z %}{% endif %}'),
  'all posts as JSON, often': often('{{ posts | json }}'),
  'a list that doubles': `{% assign a = "x,y" | split: "," %}${often('{% assign a = a | concat: a %}')}`,
  'ranges by the thousand': often('{% assign a = (1..100000) %}'),
  'loops in loops that print': often(often(often('{{ n }}', 10_000), 10_000), 10_000),
  'loops in loops that do nothing': often(often('')),
  'loops in loops that ask': often(often('{% if n == 3 and n contains "a" %}{% endif %}')),
  'loops in loops that assign': often(often('{% assign y = n | append: "a" %}')),
  'tables in tables':
    '{% tablerow i in (1..10000) %}{% tablerow j in (1..10000) %}{{ j }}{% endtablerow %}{% endtablerow %}',
  'a template for each item, often': `{% assign a = (1..100000) %}${often('{% render "c" for a %}')}`,
  'a long list looked through, often': `{% assign a = (1..1000000) %}${often('{% if a contains "q" %}{% endif %}')}`,
  'all posts asked, often': often('{% assign a = posts | where: "title", "t2" %}'),
  'a long list asked, often': `{% assign a = (1..1000000) %}${often('{% assign b = a | where_exp: "x", "x > 5" %}')}`,
  'texts sorted as people do, often': `{% assign a = (1..300000) | join: "," | split: "," %}${often('{% assign b = a | sort_natural %}')}`,
  'the end of a long text, often': long + often('{% assign y = x | slice: -1 %}'),
  'a part of a long list, often': `{% assign a = (1..3000000) %}${often('{% for j in a offset: 1 limit: 1 %}{% endfor %}')}`,
  'a long list backwards, often': `{% assign a = (1..3000000) %}${often('{% for j in a reversed %}{% break %}{% endfor %}')}`,
  'long cases, often': alike + often('{% case y %}{% when z %}{% endcase %}'),
  'filters without end': often(`{{ n ${'| plus: 1 '.repeat(200)}}}`),
  'conditions without end': often(`{% if n ${'and n '.repeat(200)}%}{% endif %}`),
  'addresses without end': often('{{ "aaaa äöü" | url_encode | url_decode | slugify }}'),
}

/** What these templates are given, and the one beside them. */
export const posts = Array.from({ length: 1000 }, (_, at) => ({ title: `t${at}` }))
export const beside = 'x'
