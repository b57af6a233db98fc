"""Conversations in English (notation: `thread_text`)."""

THREADS = """
== Order: {goods}
<< Could you put me down for {n} boxes of {goods}, same as last time? Delivery to the back door please, the front
step has finally given up.
>> Done, {n} boxes of {goods}, order {ref}. They leave us on {day} and will come round the back. I've put a note on
the docket about the step.
<< Brilliant, thank you.
>> Any time. Shout if they're late.

== Quick price check on {goods2}
<< What would {n} boxes of {goods2} come to? I have a quote from another firm on my desk and would like to be fair
to you.
>> Thanks for asking before signing. I can do {price} delivered, and the price holds until the end of the quarter.
If the other quote is lower, tell me what's in it, they may be quoting the thinner grade.
<< You were right, it's the thinner grade. Go ahead with yours.
>> Appreciated. Order {ref}, on the van on {day}.

== One carton short
<< We signed for six cartons and the driver left five. It's the box of {goods} that's missing, of course it is.
>> Found it: it was left on our dock behind a pallet. It goes out today on the early van, no charge, and I've asked
the warehouse to scan cartons out rather than count them.
<< Arrived at half past eight. Thanks for sorting it so quickly.
>> Glad it's there. Sorry for the runaround.

== Invoice {inv}
<< Invoice {inv} has us down for two lots of carriage. We only had the one delivery that week.
>> You're quite right, the second is ours to swallow. A credit note is on its way and the corrected total is
{price}.
<< Got it, paying today.
>> Thank you. That's the quickest credit note anyone has ever paid.

== New person on the front desk
<< Our new starter will be placing the small orders from Monday. Be gentle with her, she has only just learnt our
codes.
>> Will do. I'll send her a one-page list with pictures of what you usually buy, so she can ignore the codes
altogether.

== Samples of {goods}
<< You mentioned samples of the plastic-free {goods}. Are those still going? We have a sustainability audit and I'd
like something to point at.
>> They're in the post, three grades. My money is on the middle one, the cheap one sheds.
<< The middle one it is. Start us off with {n} boxes.
>> Lovely. {n} boxes, order {ref}. Good luck with the audit.

== From what I can see we're over-ordering
>> I had a look at your last six months and you are buying {goods} in the small pack, which costs you about a third
more. Could I drop in on {day} and show you the numbers?
<< Come at ten, before the chaos. Bring the numbers, I'll bring the biscuits.
>> Ten it is. I accept all biscuits.
<< Useful morning, thank you. We'll switch to the big pack and see how storage copes.
>> Perfect, I've changed your usual order. If storage doesn't cope, I'll hold half of it here for you.

== Heads up on prices
>> I'd rather you heard it from me: our price for {goods} goes up 4% next month, the maker's doing, not ours. I can
set aside {n} boxes at today's price and send them as you need them.
<< Thanks for the warning. Set them aside, please.
>> They're on the shelf with your name on them, literally. Just say when.

== Running on fumes
<< I forgot to reorder and we have {goods} for today and that's about it. Any chance of even one box tomorrow?
>> There is. I'm passing your way first thing and can leave two boxes on the step. The rest follows on {day}.
<< You have saved my bacon.
>> Keep me a slice. I've set a reminder so it doesn't happen again.

== Wrong size
<< The {goods} that came this morning are the wrong size. Unopened. What do you want me to do with them?
>> Leave them where they are. The driver swaps them on {day} in one trip, nothing for you to pay or print. The two
codes differ by one digit and our picker is mortified.
<< Tell the picker it happens. Swapped, all good.
>> I will. Thank you for being kind about it.

== Safety data sheets
<< The inspector wants the safety data sheets for {goods}. Do you have the current ones or should I chase the maker?
>> Attached, all three, revised this year. The one they usually ask about is the second.
<< He asked about the second. You've done this before.
>> Once or twice. Good luck with the rest of it.

== Delivery window
<< From {day} we can only take deliveries between half seven and ten. They're digging up the road and the neighbours
are at war with anything that has a tail lift.
>> Changed on your account, and the route planner has it. If they can't make ten they'll come the next day rather
than turn up at noon.

== Overdue: {inv}
>> A gentle nudge on {inv}, which fell due last week. Has it gone astray, or is there something on it you're not
happy with?
<< Entirely our fault, it was sitting under the kettle. Paid this morning.
>> Thank you, I can see it already. The kettle is forgiven.

== Yearly agreement
<< We're reviewing suppliers for the year. Could you put something on paper for {goods} and {goods2} together?
>> Happily. Based on what you bought last year I can take 8% off {goods} and fix {goods2} for twelve months. Two
pages attached, no small print, the second page is just the delivery calendar.
<< The board liked that there were only two pages. One question: what happens if we buy less than last year?
>> Nothing happens. The price stands whatever you buy; I'd rather you ordered what you need.
<< Then we have a deal. Signed copy attached.
>> Wonderful, thank you. I'll pop in next month to see how it's going.

== Funny smell
<< The latest {goods} smell different and two of the team have noticed. Has something changed?
>> The maker changed the fragrance, nothing else. I've attached their letter. If your people don't like it I'll swap
the lot for the unscented line at no cost.
<< The letter will do for now, they're getting used to it.
>> Let me know if that changes. You're not the first to mention it, so I've passed it on.

== Do you also sell {goods2}?
<< Silly question: do you do {goods2} as well? We've been buying them from somebody else for years.
>> Not silly, and I should have told you long ago. We do, at {price} a case, and they can travel with your usual
order.
<< Well, there we are. Add two cases.
>> Added to {ref}. I'll bring the full list next time, you may find more surprises.

== Trade show
>> We're at the trade show, hall 2, and I'd like to show you something new in {goods} that I think saves you ten
minutes a day. Are you going?
<< Second day, with my brother-in-law. Put us down for eleven.
>> Eleven, and I'll find better coffee than last year's.

== Closed for refurbishment
<< We're shut for a fortnight while they do the floors. Please hold the delivery due on {day}.
>> Held. Order {ref} stays exactly as it is, and goes the day you tell me.
<< Open again, and you could skate on it. Send it over.
>> On tomorrow's van. Tell the driver to take his boots off.

== Faulty batch?
<< Three of the {goods} came apart in our hands this week. Photos attached. Is anybody else seeing this?
>> You're the second, and that makes it a batch. I've pulled the rest, yours will be replaced on {day}, and I've
asked the maker for an explanation in writing.
<< Replacements are fine. Did they ever explain?
>> They did: a worn tool on one machine for two days. Letter attached, and a credit for your trouble.

== Login trouble
<< The ordering site throws me out every time I get to the basket. I've tried two browsers and a stern voice.
>> Your password had expired and the site was too shy to say so. I've reset it. If it misbehaves again, read me the
order over the phone and I'll key it in.
<< In, ordered, out. Thank you.
>> The stern voice must have worked.

== Thank you
<< Just a note to say the chap who delivered today carried everything up two flights without being asked. Please
tell somebody.
>> I told him, his boss and the whole warehouse. He has printed your mail and put it up in the cab. Thank you for
writing.

== Stock for the busy season
>> Last year you ran short of {goods} in the busy weeks. Shall I plan {n} boxes ahead for you this time, called off
as you go?
<< Yes please, I still have dreams about it. Make it a little more than that.
>> Planned, with a margin. I'll check in with you two weeks before it starts.
"""
