"""Word lists of the name rules: common given names in many languages, those that mean something else too, and what
is no surname."""

# ruff: noqa: SIM905 - word lists are read as words
from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

# fmt: off
GIVEN = frozenset(
    """
    aaron abdul abdullah abigail adam adrian agnes agnieszka ahmad ahmed aidan aisha alan albert alberto alejandra
    alejandro aleksandra alessandro alessia alex alexander alexandra alexandre alexis alfred alfredo ali alice
    alicia alina alison allan allen allison alma alyssa amanda amber amelia amélie amin amina amir amit amy ana
    anastasia anders andrea andreas andrei andrew andrzej andrés andy angel angela angelina anika anil anita anja
    ann anna annabelle anne annette annie anthony antoine anton antonia antonio anya april ariana arjun arlene
    armando arnold arthur arturo arun asha ashley astrid aurora austin ava axel barbara bart bartosz beata beatrice
    beatriz becky ben benedict benjamin bernard bernd bernardo bernice bert beth bethany betty beverly bianca bill
    billy björn blanca bob bobby boris brad bradley brandon brenda brendan brent brett brian bridget brigitte
    britney brittany brooke bruce bruno bryan caitlin caleb cameron camila camille carl carla carlo carlos carmen
    carol carole carolina caroline carolyn carter cassandra catalina catherine cathy cecilia cedric celia céline
    cesar chad charles charlie charlotte chelsea chen cheryl chiara chloe chloé chris christa christian christina
    christine christoph christopher christy cindy claire clara clarence claude claudia claudio clement cody colin
    colleen connie connor conrad consuelo corey cornelia craig cristian cristiano cristina crystal curtis cynthia
    cyril dagmar daisy dale damian damien dan dana daniel daniela daniele danielle danny daphne darius darlene
    darrell darren dave david dawid dawn dean deanna debbie deborah debra denis denise dennis derek desmond diana
    diane dick diego dieter dietmar dimitri dirk dmitri dmitry dolores dominic dominik dominique don donald donna
    dora doreen doris dorota dorothy doug douglas duncan dustin dylan earl eddie edgar edith edmund eduardo edward
    edwin eileen elaine elena eleanor elias elijah elisa elisabeth elise eliza elizabeth ella ellen elliot elsa
    elsie elvira emanuel emil emilia emilie emilio emily emma emmanuel enrico enrique eric erica erik erika erin
    ernest ernesto ernst esteban estelle esther ethan eugene eva evan evelyn ewa fabian fabio fatima faye federica
    federico felicia felipe felix fernanda fernando filip filippo fiona florence florian frances francesca francesco
    francine francis francisca francisco franco frank franz françois fred freddie frederick fredrik frieda friedrich
    fritz gabriel gabriela gabriele gabrielle gail garrett gary gavin gene geoffrey george georgia georgina gerald
    geraldine gerard gerardo gerd gerhard gerry giacomo gianluca gilbert gina giovanni gisela giulia giuseppe gladys
    glen glenn gloria gordon grace graham grant greg gregor gregory greta grzegorz guillaume guillermo günter
    gunther gustav gustavo guy gwen hannah hanna hans harold harriet harry harvey hassan hazel heather hector heidi
    heike heinrich heinz helen helena helene helga helmut hendrik henri henrik henry herbert herman hermann hilary
    hilda holger holly horst howard hubert hugh hugo ian ibrahim ida ignacio igor ilona ilse imran ines ingrid inga
    ingeborg irene irina iris irma isaac isabel isabella isabelle ismael ivan ivana jack jackie jackson jacob
    jacqueline jacques jade jaime jake jakob jakub james jamie jan jana jane janet janice janina janine janusz jared
    jasmin jasmine jason javier jay jean jeanette jeanne jeff jeffery jeffrey jen jenna jennifer jenny jens jeremiah
    jeremy jerome jerry jerzy jesse jessica jessie jesus jesús jill jim jimmy jo joan joana joann joanna joanne joão
    joaquin jochen jodi jody joe joel joerg jörg johan johann johanna johannes john johnathan johnny jolanta jon
    jonas jonathan joost jordan jorge jose josé josef joseph josephine josh joshua joy joyce juan juana juanita
    judith judy julia julian juliana julie julien juliet julio julius june jürgen justin justine kai kamil karel
    karen karim karin karina karl karla karol karolina kasia kate katarina katarzyna katharina katherine kathleen
    kathryn kathy katie katja katrin katrina kay kayla keith kelly ken kendra kenneth kent kerry kevin khalid kim
    kimberly kirsten klaus konrad kristen kristin kristina krzysztof kurt kyle lachlan lars laura lauren laurence
    laurent lawrence leah lena leo leon leonard leonardo leonor leroy leslie lewis liam lidia lilian lily linda
    lindsay lindsey lisa liz lloyd logan lois lola loretta lori lorenzo lorraine louis louise luc luca lucas lucia
    lucía lucie lucy ludwig luigi luis luís luisa lukas łukasz luke luz lydia lynn maarten mabel maciej madeleine
    madison magda magdalena maggie mahmoud małgorzata manfred manuel manuela marc marcel marcelo marcin marco marcos
    marcus margaret margarita margot maria maría marian mariana marianne marie mariia mario marion marisa marjorie
    mark markus marlene marta martha martin martina marvin mary maryam marzena mateo mateusz mathias mathieu
    mathilde matt matteo matthew matthias mattias maureen maurice mauricio mauro max maximilian maxine maya megan
    mehmet melanie melinda melissa mercedes meredith mia michael michaela michał michel michele michelle miguel
    mikael mike mikhail mila mildred milena miles milton mina ming miranda miriam mitchell mohamed mohammad mohammed
    moira molly mona monica monika monique morgan moritz muhammad murray myra nadia nadine nancy naomi natalia
    natalie natasha nathan nathaniel neil nellie nelson niamh nicholas nick nicolas nicole nigel niklas nikolai
    nikos nina noah noel nora norbert norma norman octavia olaf ole oleg olga oliver olivia olivier omar oscar oskar
    otto owen pablo pam pamela paolo pascal pat patricia patrick patrycja paul paula paulina pauline paulo paweł
    pearl pedro peggy penelope penny percy perry peter petra phil philip philippe phillip phoebe phyllis pierre
    pilar piotr pradeep priya priyanka rachel rafael rafał rahul raj rajesh ralf ralph ramesh ramon ramón randall
    randy raphael raquel rashid raul raúl ravi ray raymond rebecca regina reinhard rené renata renate rhonda ricardo
    riccardo richard rick ricky rita robert roberta roberto robin rocco rodney rodrigo roger roland rolf roman
    romain ron ronald ronnie rory rosa rosalie rosario rose rosemary ross roxanne roy ruben rubén ruby rudolf rupert
    russell ruth ryan sabine sabrina sadie sally salvador salvatore sam samantha samir samuel sandra sandro sanjay
    santiago sara sarah sasha saul saúl scott sean sebastian sebastián selina serena serge sergei sergey sergio seth
    shane shannon sharon shaun shawn sheila shelby sheldon shelley sherry shirley sidney siegfried sigrid silvia
    simon simona simone sofia sofie sonia sonja sophia sophie stacey stacy stan stanisław stanley stefan stefania
    stefanie stella stephan stephanie stephen steve steven stewart stuart sue sunil suresh susan susana susanne
    suzanne svetlana sven sybille sylvia sylvie szymon tadeusz tamara tammy tanja tania tanya tara tatiana ted
    terence teresa teri terrence terri terry thea theodore theresa thérèse thiago thierry thomas thorsten tiago
    tiffany tim timothy tina tobias todd tom tomás tomasz tommy toni tony tracey tracy travis trevor tristan troy
    tyler ulrich ulrike ursula ute uwe valentin valentina valeria valerie vanessa vera verena vernon veronica
    veronika vicente vicki victor victoria vijay viktor viktoria vikram vincent vincenzo viola violet virginia
    vivian vladimir wade waldemar walter wanda warren wayne wei wendy werner wesley wilfred wilhelm will willem
    william willie wilma winston wojciech wolfgang xavier xiao yasmin yolanda youssef yuki yuri yusuf yvette yvonne
    zach zachary zbigniew zofia zoe zoë zuzanna
    """.split()
)
# Given names that are everyday words, months, places, brands or programs as well: never enough by themselves.
AMBIGUOUS = frozenset(
    """
    claude angel amber april ash aurora austin axel bill bob brad brook brooke carol carter chad charlotte chase
    chelsea chen chris christian clement crystal cody daisy dale dan dana dawn dean dick django dolores don dustin
    earl eve faith fay felix florence flora francis frank franco gene georgia glen grace grant guy harry hazel heath
    helena holly hope houston hunter iris ivy jack jackson jade jan jasmine jay jean jenkins jersey jo jordan josh
    joy julia june kai kay kelly ken kent kim lance lily linda logan lola lynn madison mark marina mark may maya
    melody mercedes miles milan mina ming misty mona morgan nelson nick norm norman olive oscar otto owen paris pat
    patience pearl penny perry phoenix pilar ray regina rich rick rob robin rocky roman rose ross roy ruby ruth
    sally sandy san santiago savannah scarlet scott sebastian sierra sky skip sofia sonny stella sterling stone sue
    summer sydney ted terry tiffany toni troy tyler valencia vera victoria viola violet virginia wade wayne wei
    wendy will xavier xiao york alexis alex ali ana ann art florian ida igor ines maria max maven mercy alma angela
    luz manuel salvador santiago trinidad victor vincent maxim sam anton eva
    """.split()
)
# Capitalised words that follow a given name without being a surname, or a label without being a name at all.
NO_SURNAMES = frozenset(
    """
    period down up out over under about after before more less than mode model plan policy rule rules law act acts
    bill order orders form forms page section chapter
    the a an and or of in on at to for from with by is are was were has have had will would can could should may
    might must do does did not no yes if then else when while where what who why how this that these those it its he
    she they we you i my your his her our their me us him them monday tuesday wednesday thursday friday saturday
    sunday january february march april may june july august september october november december street st road rd
    avenue ave lane drive court place square park river lake mountain island university college school hospital
    church museum library airport station hotel bank inc llc ltd gmbh corp company co group foundation institute
    university award awards prize day week month year city county state country north south east west new old api
    server database service project team app application software system version test tests case class function
    method variable type string number integer boolean object array list dict null none true false undefined any
    default value name names id key data file files path url email phone address date time user users admin root
    agent agents guest anonymous unknown customer client patient doctor employee manager director president minister
    senator king
    queen prince princess pope saint all everyone everybody team folks there sir madam please thanks thank hello hi
    dear regards re fwd subject note todo required optional varchar text char field column row table index schema
    model view controller request response error warning info debug specified available n/a na tbd here again later
    now today tomorrow yesterday code studio cloud web mobile desktop windows linux mac google microsoft amazon
    apple facebook github gitlab docker kubernetes python java javascript typescript rust go ruby php swift kotlin
    scala bot assistant claude gpt gemini llama opus sonnet haiku tag design science pro max enterprise plus lite
    ultra mini str int bool float bytes typing self cls objectidentifier optional literal union callable first last
    full middle given family surname nombre apellidos vorname nachname your enter insert sample example placeholder
    """.split()
)
# fmt: on


# Labels of user interfaces hold these, though they are rare surnames as well: `Mark All as Read`, `Bill To`.
_LABEL_WORDS = frozenset(
    """
    to as of for in on at all any none read unread done payment payments order orders report reports level levels bar
    date dates time times run runs play pay set sets view views back here account accounts per speed power hour hours
    call calls port ports alert alerts auction auctions rate rates price prices sale sales deal deals fee fees tax cost
    beach falls river sea bay air airlines day days night week show game games cup league fools panthers pacific
    alabama alaska arizona arkansas california colorado connecticut delaware florida idaho illinois indiana iowa kansas
    kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska nevada ohio
    oklahoma oregon pennsylvania tennessee texas utah vermont wisconsin wyoming
    """.split()
)


@functools.cache
def _no_surnames() -> frozenset[str]:
    lines = Path(__file__).with_name("no_surnames.txt").read_text("ascii").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def is_phrase(words: Sequence[str]) -> bool:
    """Whether capitalised words are a label or title: `Max Length`, `Grant Access`, `April Release Notes`.

    So where the first is an everyday word that is a given name too, and the next one is nobody's surname.
    """
    if len(words) < 2 or words[0].lower() not in AMBIGUOUS:
        return False
    following = words[1].lower().rstrip(".,:;!?")
    return following in _LABEL_WORDS or following in _no_surnames()
